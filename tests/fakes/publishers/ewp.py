"""GitHub: the contents of a folder as a list, and the files themselves on another host."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.fakes.publishers._words import Reply, Request

EXEMPT = {
    "expired_token": "no token is asked for: the repository is open",
    "repeats_the_secret": "nothing secret is sent: the repository is open",
    "duplicated_pages": "there are no pages: one file holds the list",
}


def answer(request: Request, samples: Path) -> Reply:
    """Answer ``contents/3.Modeling`` of the edition that is out, and its files."""
    newest = next(samples.glob("forecasts*.csv"))
    year = newest.stem[-4:]
    repository = f"/{year}-Statistical-Risk-Assessment"
    if request.host == "api.github.com":
        if request.path != f"/repos/EarlyWarningProject{repository}/contents/3.Modeling":
            return Reply.json({"message": "Not Found", "status": "404"}, status=404)
        names = (f"FOOSforecasts_2Sep{year}.csv", newest.name, f"forecasts30Aug{year}.csv", f"model_2Sep{year}.R")
        return Reply.json([{"name": n, "path": f"3.Modeling/{n}", "type": "file"} for n in names])
    if request.path.endswith(f"{repository}/HEAD/3.Modeling/{newest.name}"):
        return Reply.text(newest.read_text("utf-8-sig").replace("\n", "\r\n"), "text/plain; charset=utf-8")
    return Reply.text("404: Not Found", status=404)


def fault(name: str, _: Request, reply: Reply) -> Reply | None:
    """The one date of a list is the base year in the names of its columns."""
    if name != "skewed_dates" or b"from2025" not in reply.body:
        return None
    return replace(reply, body=reply.body.replace(b"from2025", b"from2045"))
