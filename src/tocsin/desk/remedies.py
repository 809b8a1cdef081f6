"""What a refused act asks for, in the words of a page: the acts themselves speak to the command line.

The rule and its reason stay as the act says them. Only what to do is put for somebody who has a form before them.
"""

from __future__ import annotations

import re

from tocsin.core.errors import TocsinError

# What the act says to do, and what a person does on the page. Matched in this order, first match wins.
ON_THE_PAGE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"--option|tocsin options match", "Tick an option of the list under “Options”"),
        (r"--reject", "Write, in the line under an option that you do not choose, why not"),
        (r"--answer", "Write it in the field under its question"),
        (r"--minutes", "Sign as a member of the body, and write the minutes under “minutes”"),
        (r"--found", "Choose what was found of the doing"),
        (r"--actor", "Name the office, the body or the state"),
        (r"--cause", "Write what is claimed to have prevented it, and choose how sure the claim is"),
        (r"--(type|kind|came|stance|applied) ", "Choose one of the list"),
        (r"--(why|workaround|says|document|words|option ID or)", "Write it in the field for it"),
        (r"tocsin docket (will|reopen|assent|dissent)", "See “Deciding together” on the page of the item"),
        (r"--reason N", "Give each change a reason of its own, or send the text as you received it"),
        (r"--reasons", "Write them in the field for it"),
        (r"--review", "Choose a day under “Look at it again on”"),
        (r"--defer-to", "Choose a day under “Defer to”"),
        (r"--would-change", "Write it under “If declining: what would change it”"),
        (r"--waits-for", "Write it under “If deferring: what it waits for”"),
        (r"Write --what and --shown-by", "Write what is done and what will show it"),
        (r"Name --fields and an item", "Tick a field and write a question’s number"),
        (r"tocsin oversight (shares|undertakings)", "Load the page again"),
        (r"tocsin people return", "Ask the operator to open their account again"),
        (r"--evidence", "Write what shows it in the field “evidence”"),
        (r"--cite|^Name in the reasons", "Tick what the reasons rest on under “Rests on”, or name it in them, as W1"),
        (r"tocsin technique open", "Open a premortem on the page of the place, and keep an idea"),
        (r"tocsin technique (list|ideas)", "Load the page again"),
        (r"--question", "Write it in a sentence"),
        (r"--by|\(--by ", "Choose the post under which you act"),
        (r"--place", "Open the page of a place"),
        (r"tocsin catalog show indicators", "Choose it on the page of the assessment"),
        (r"tocsin docket list|tocsin docket show", "See the docket"),
        (r"tocsin board", "See the board"),
        (r"tocsin login-link", "Ask the operator for a new link, made with: tocsin login-link"),
        (r"tocsin refresh", "Ask the operator for a refresh"),
    )
)
_COMMAND = re.compile(r"--[a-z]|\btocsin [a-z]")


def todo(error: TocsinError) -> str:
    """Return what to do about a refusal, without a command or a flag; empty when nothing can be said."""
    for pattern, said in ON_THE_PAGE:
        if pattern.search(error.todo):
            return said
    # A command that no rule above knows is left out: half a remedy is no remedy for somebody at a page.
    return "" if _COMMAND.search(error.todo) else error.todo


def sentence(error: TocsinError) -> str:
    """Return what happened, where and what to do on the page, on one line."""
    return type(error)(error.what, where=error.where, todo=todo(error)).sentence()
