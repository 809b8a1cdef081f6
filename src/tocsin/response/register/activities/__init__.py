"""Who does what where: organisations, activities and who wants to be told of them (M54).

Entered at the desk, by command or from a table; searched, exported with HXL hashtags, and subscribed to. What would put
people in danger when it is known is shown to named posts alone, and nobody else learns that it is there.
"""
