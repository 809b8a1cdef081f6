"""Workers killed with SIGKILL at drawn points over statements, commits and sends; then everything is counted.

Run as a program in a home of its own: ``python faults.py KILLS SEED [FAULT]``, with TOCSIN_HOME (and
TOCSIN_DATABASE_URL) set. FAULT breaks the house on purpose, so that a test can see the counting find it.
Each trial forks one process, or two that work against each other, which does one thing (opens, escalates,
acknowledges, delivers) and is killed at its nth step. The parent then does the same thing again, as the next worker
or a person would, lets the dead one's claims run out, and looks. It prints one JSON object.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HOME = Path(os.environ.get("TOCSIN_HOME", "."))
CALLS, FOUND = HOME / "calls.log", HOME / "found"
PLACES = ["SDN", "MMR", "ETH", "MLI", "NGA", "SYR", "YEM", "SSD", "CAF", "COD", "TCD", "NER"]
ACTS = {"open": 90, "escalate": 90, "acknowledge": 60, "deliver": 60}
"""What is done, and about how many steps it takes; longer ones are learnt on the way."""


class Loud:
    """A receiver outside the house that keeps each letter once by its key, and writes down every call."""

    id = "loud"
    open = False
    disturbs = True
    once = True
    looked = 0.0

    def send(self, ctx: Any, letter: Any) -> Any:
        from tocsin.response.docket.channels import Receipt

        hit("send", "before the channel has it")
        line = json.dumps({"key": letter.key, "looked": Loud.looked}) + "\n"
        handle = os.open(CALLS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(handle, line.encode())
        os.close(handle)
        with suppress(FileExistsError):
            os.close(os.open(FOUND / re.sub(r"[^\w.-]", "_", letter.key), os.O_CREAT | os.O_EXCL))
        hit("send", "after the channel has it")
        return Receipt(letter.key)

    def fault(self, ctx: Any, address: str) -> str:
        return ""


CHANNELS = [Loud()]


class Bomb:
    """Counts the steps of this process, or those of one kind, and ends it at the nth, having said where."""

    at: int | None = None
    kind = ""
    step = 0
    pipe = -1


def hit(kind: str, what: str) -> None:
    """One step: the process may end here."""
    if Bomb.kind not in ("", kind):
        return
    Bomb.step += 1
    if Bomb.step == Bomb.at:
        os.write(Bomb.pipe, f"{kind}: {what}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)


def statement(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    words = re.match(r"(\w+).*?(?:FROM|INTO|UPDATE)?\s*\"(\w+)\"", sql, re.DOTALL)
    named = words and words[1] not in ("SAVEPOINT", "RELEASE", "ROLLBACK")  # those are numbered anew each time
    hit("statement", f"{words[1]} {words[2]}" if named else sql.split(maxsplit=1)[0])
    return execute(sql, params, many, context)


@contextmanager
def armed(at: int | None, kind: str, pipe: int) -> Iterator[None]:
    """Arm this process: statements, commits, renames and sends are its steps; with ``kind`` those of one kind alone."""
    from django.db import connection

    Bomb.at, Bomb.kind, Bomb.step, Bomb.pipe = at, kind, 0, pipe
    commit, replace = connection.commit, os.replace

    def committing() -> None:
        hit("commit", "before")
        commit()
        hit("commit", "after")

    def replacing(source: Any, target: Any) -> None:
        hit("file", "before it has its name")
        replace(source, target)
        hit("file", "after it has its name")

    connection.commit = committing  # type: ignore[method-assign]
    os.replace = replacing  # type: ignore[assignment]
    try:
        with connection.execute_wrapper(statement):
            yield
    finally:
        connection.commit, os.replace = commit, replace  # type: ignore[method-assign,assignment]


class Trials:
    """One home, many kills."""

    def __init__(self, seed: int) -> None:
        from tocsin.core.clock import FixedClock
        from tocsin.core.context import Context
        from tocsin.core.settings import Settings

        self.draw = random.Random(seed)
        self.clock = FixedClock(datetime(2026, 11, 23, 12, tzinfo=UTC))
        self.ctx = Context(settings=Settings(), clock=self.clock)
        self.where: Counter[str] = Counter()
        self.acts: Counter[str] = Counter()
        self.longest: Counter[tuple[str, str]] = Counter({(act, ""): steps for act, steps in ACTS.items()})
        self.lately: dict[tuple[str, str], int] = {}
        self.kills = self.forks = self.pairs = self.rung = 0
        self.acknowledged: dict[str, float] = {}
        FOUND.mkdir(parents=True, exist_ok=True)
        self._people()

    def _people(self) -> None:
        from tocsin.catalog import directive
        from tocsin.response.docket import deliver
        from tocsin.response.register.models import Contact

        for post in directive.current().posts:
            if post.office:
                Contact.objects.create(
                    office=post.office, post=post.id, channel="loud", address=post.id, added_at=self.ctx.now()
                )
        # When the last look at a letter began: what was acknowledged before that moment must not leave.
        plain = deliver.Courier._hand_over
        near = deliver.Courier._hand_over_near

        def hand_over(courier: Any, sending: Any) -> None:
            Loud.looked = time.monotonic()
            plain(courier, sending)

        def hand_over_near(courier: Any, sendings: Any) -> None:
            Loud.looked = time.monotonic()
            near(courier, sendings)

        deliver.Courier._hand_over, deliver.Courier._hand_over_near = hand_over, hand_over_near  # type: ignore[method-assign]

    def plan(self, act: str) -> Callable[[], None]:
        """Return one thing to do, the same however often it is done."""
        from tocsin.response.docket import acts, outbox
        from tocsin.response.docket.models import Item
        from tocsin.response.docket.tick import tick
        from tocsin.response.register.people import cli_actor

        if act == "open":
            self.rung += 1
            number, place = self.rung, self.draw.choice(PLACES)
            return lambda: _ignored(
                acts.ring_bell(self.ctx, place, f"Convoys, {number}th report", cli_actor("analyst"))
            )
        if act == "escalate":
            return lambda: _ignored(tick(self.ctx))
        if act == "acknowledge":
            waiting = list(
                Item.objects.filter(state__in=["open", "lapsed"], steps__left_at=None, steps__acknowledged_at=None)
                .order_by("id")
                .values_list("pk", flat=True)
            )
            if waiting:
                item = self.draw.choice(waiting)
                return lambda: self._acknowledge(item)
        return lambda: _ignored(outbox.deliver(self.ctx))

    def _acknowledge(self, item: int) -> None:
        from tocsin.response.docket import acts
        from tocsin.response.register.people import cli_actor

        _quietly(lambda: acts.acknowledge(self.ctx, item, cli_actor("principal")))

    def fork(self, act: str, do: Callable[[], None], *, kill: bool) -> tuple[int, int, str]:
        """Start a process that does one thing and may be killed at a drawn step; return its id, its pipe, the act."""
        from django.db import connections

        # Sends are few among statements, of which each database makes another number: they get draws of their own.
        kind = self.draw.choice(["", "", "send"])
        # Up to the most steps it ever took, so that each can be hit, or up to those of lately, so that most draws hit.
        most = self.draw.choice([self.longest[act, kind], self.lately.get((act, kind), 0)])
        at = self.draw.randint(1, max(2, most)) if kill else None
        out, into = os.pipe()
        connections.close_all()
        child = os.fork()
        if child:
            os.close(into)
            return child, out, act
        code = 0
        try:
            os.close(out)
            with armed(at, kind, into):
                do()
            os.write(into, f"steps {Bomb.step} {kind}\n".encode())
        except BaseException as error:  # noqa: BLE001 - a child says what ended it
            os.write(into, f"error {type(error).__name__}: {error}\n".encode())
            code = 1
        os._exit(code)

    def wait(self, child: int, pipe: int, act: str) -> None:
        _, status = os.waitpid(child, 0)
        said = b""
        while part := os.read(pipe, 65536):
            said += part
        os.close(pipe)
        self.forks += 1
        text = said.decode().strip()
        if os.WIFSIGNALED(status):
            self.kills += 1
            self.acts[act] += 1
            self.where[text] += 1
        elif text.startswith("steps"):
            steps, _, kind = text.removeprefix("steps ").partition(" ")
            self.longest[act, kind] = max(self.longest[act, kind], int(steps))
            self.lately[act, kind] = int(steps)
        else:
            raise SystemExit(f"{act}: {text}")

    def trial(self) -> None:
        """Something happens and is killed; it is done again; time passes; nothing is missing."""
        from tocsin.response.docket import outbox
        from tocsin.response.docket.models import Message

        act = self.draw.choices(list(ACTS), [3, 2, 3, 2])[0]
        if act == "open" or not Message.objects.exists():
            self.clock.move(minutes=self.draw.randint(1, 600))
        do = self.plan(act)
        started = [(act, do)]
        if self.draw.random() < 0.3:  # two at once: an acknowledgement against a delivery, or any two
            other = "deliver" if act == "acknowledge" else self.draw.choice(list(ACTS))
            started.append((other, self.plan(other)))
            self.pairs += 1
        children = [self.fork(name, what, kill=True) for name, what in started]
        for child in children:
            self.wait(*child)
        for name, what in started:
            what()
            if name == "acknowledge":
                self.note_acknowledged()
        self.clock.move(minutes=self.draw.choice([3, 3, 65, 600, 3000]))
        if self.draw.random() < 0.5:
            outbox.deliver(self.ctx)

    def note_acknowledged(self) -> None:
        """Write down when it was known here what is acknowledged: no letter that asked may be looked at after that."""
        from tocsin.response.docket.models import Message

        now = time.monotonic()
        answered = Message.objects.filter(item__steps__acknowledged_at__isnull=False, item__steps__left_at=None)
        for key in answered.exclude(answer_by=None).values_list("key", flat=True):
            self.acknowledged.setdefault(key, now)

    def finish(self) -> dict[str, Any]:
        """Deliver what waits, then count."""
        from django.db.models import Count

        from tocsin.response.docket import outbox
        from tocsin.response.docket.models import Item, ItemWarning, Lapse, Message, Sending, Step, Warning
        from tocsin.response.docket.tick import tick
        from tocsin.response.register import record
        from tocsin.response.register.models import LedgerEntry

        for _ in range(6):
            self.clock.move(minutes=65)
            outbox.deliver(self.ctx)
        tick(self.ctx)
        outbox.deliver(self.ctx)
        entries = Counter(LedgerEntry.objects.values_list("kind", flat=True))
        lost: Counter[str] = Counter()
        twice: Counter[str] = Counter()
        lost["bells"] = self.rung - Warning.objects.count()
        lost["entries of openings"] = max(0, Warning.objects.count() - entries["item.opened"] - entries["item.joined"])
        lost["entries of lapses"] = max(0, Lapse.objects.count() - entries["clock.lapsed"])
        twice["entries of openings"] = max(0, entries["item.opened"] + entries["item.joined"] - Warning.objects.count())
        twice["entries of lapses"] = max(0, entries["clock.lapsed"] - Lapse.objects.count())
        twice["warnings"] = ItemWarning.objects.count() - Warning.objects.count()
        answered = Step.objects.exclude(acknowledged_at=None).count()
        lost["entries of acknowledging"] = max(0, answered - entries["item.acknowledged"])
        twice["entries of acknowledging"] = max(0, entries["item.acknowledged"] - answered)
        for step in Step.objects.all():
            told = set(Message.objects.filter(item=step.item_id).values_list("to_post", flat=True))
            lost["messages of rungs"] += len(set(step.posts) - told)
        lost["clocks"] = Item.objects.filter(state="open", next_due=None).count()
        files = Counter(re.sub(r"^\d+-", "", p.stem) for p in self.ctx.settings.mailbox.rglob("*.eml"))
        twice["files"] = sum(n - 1 for n in files.values())
        received = {p.name for p in FOUND.iterdir()}
        reached = {(s.message_id, s.channel): s for s in Sending.objects.all()}
        for message in Message.objects.filter(withdrawn_at=None):
            name = re.sub(r"[^\w.-]", "_", message.key)
            lost["mailbox"] += re.sub(r"[^A-Za-z0-9._-]", "_", message.key) not in files
            lost["channel"] += (message.pk, "loud") in reached and name not in received
        twice["sendings"] = Sending.objects.values("message", "channel").annotate(n=Count("id")).filter(n__gt=1).count()
        calls = [json.loads(line) for line in CALLS.read_text().splitlines()] if CALLS.exists() else []
        after = [c["key"] for c in calls if c["looked"] > self.acknowledged.get(c["key"], float("inf"))]
        record.examine(self.ctx).enforce()
        return {
            "kills": self.kills,
            "forks": self.forks,
            "two_at_once": self.pairs,
            "lost": sum(lost.values()),
            "duplicate_effects": sum(twice.values()),
            "messages_after_acknowledgement": len(after),
            "where_lost": {k: v for k, v in lost.items() if v},
            "where_twice": {k: v for k, v in twice.items() if v},
            "repeated_calls_with_one_effect": len(calls) - len({c["key"] for c in calls}),
            "counted": {
                "bells": self.rung,
                "items": Item.objects.count(),
                "lapses": Lapse.objects.count(),
                "acknowledged": answered,
                "messages": Message.objects.count(),
                "withdrawn": Message.objects.exclude(withdrawn_at=None).count(),
                "sendings": Sending.objects.count(),
                "calls": len(calls),
                "entries": LedgerEntry.objects.count(),
            },
            "acts_killed": dict(self.acts.most_common()),
            "where_killed": dict(self.where.most_common()),
        }


def _quietly(act: Callable[[], Any]) -> None:
    """Do it; a refusal (it is acknowledged already, by another way) is an answer too."""
    from tocsin.core.errors import Refused

    with suppress(Refused):
        act()


def _ignored(_: Any) -> None:
    """Return nothing."""


def marks_first() -> None:
    """A courier that marks a letter sent before the channel has it."""
    from tocsin.response.docket import deliver
    from tocsin.response.docket.models import Sending

    plain = deliver.Courier._send

    def send(courier: Any, sending: Any) -> Any:
        Sending.objects.filter(pk=sending.pk).update(state="sent")
        return plain(courier, sending)

    deliver.Courier._send = send  # type: ignore[method-assign]


def never_withdraws() -> None:
    """An acknowledgement that leaves the outbox as it is."""
    from tocsin.response.docket import outbox

    outbox.withdraw = lambda ctx, item: 0


FAULTS = {"marks first": marks_first, "never withdraws": never_withdraws}


def main(kills: int, seed: int, fault: str = "") -> None:
    sys.path.insert(0, str(Path(__file__).parent))
    os.environ["TOCSIN_CHANNELS"] = "faults"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.desk.settings"
    import django

    django.setup()
    from tocsin.response.register.database import bring_up_to_date

    bring_up_to_date()
    import faults  # this file, under the name by which it is found as a channel

    trials = faults.Trials(seed)
    if fault:
        faults.FAULTS[fault]()
    while trials.kills < kills:
        trials.trial()
    print(json.dumps(trials.finish()))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
