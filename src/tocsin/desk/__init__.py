"""What people see: pages, brief, feeds. Takes in runs and the register; writes only through acts of the docket."""
