"""Ways in and out: the one-time link, the first visit, name and passphrase, leaving."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.core.places import fold
from tocsin.desk import throttle, tickets
from tocsin.desk.context import context
from tocsin.response.register.models import Person

BACKEND = "django.contrib.auth.backends.ModelBackend"


def named(name: str) -> Person | None:
    """Return the person who signs with a name, or whose account it is; case and spacing aside."""
    wanted = fold(name)
    people = Person.objects.filter(is_active=True).order_by("pk")
    return next((p for p in people if wanted in {fold(p.display_name), fold(p.username)}), None)


def _told(required: str) -> dict[str, str]:
    """Return the errors of a field in the desk's words."""
    return {"required": required, "min_length": "Use two letters or more", "max_length": "It is too long to be meant"}


class SignIn(forms.Form):
    """Name and passphrase."""

    name = forms.CharField(
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
        error_messages=_told("Write the name you sign with"),
    )
    passphrase = forms.CharField(
        max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages=_told("Enter your passphrase"),
    )


class Welcome(forms.Form):
    """What a person chooses on the first visit: a name others will read, and a passphrase to sign with."""

    name = forms.CharField(
        max_length=120,
        min_length=2,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
        error_messages=_told("Write the name you will sign with"),
    )
    passphrase = forms.CharField(
        max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages=_told("Choose a passphrase"),
    )
    again = forms.CharField(
        max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages=_told("Enter the same passphrase again"),
    )

    def __init__(self, *args: object, person: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.person = person

    def clean_name(self) -> str:
        """Refuse a name that another person signs with."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        other = named(name)
        if other is not None and other.pk != self.person.pk:
            raise forms.ValidationError("Somebody else signs with this name. Add a middle name or an office.")
        return name

    def clean(self) -> dict[str, object]:
        """Refuse a short or common passphrase, and two that differ."""
        data = super().clean() or {}
        first, second = data.get("passphrase"), data.get("again")
        if first:
            try:
                validate_password(str(first), self.person)
            except forms.ValidationError as error:
                self.add_error("passphrase", error)
            if second and first != second:
                self.add_error("again", "The two differ.")
        return data


def _next(request: HttpRequest) -> str:
    """Return where to go after signing in: only ever a page of this desk."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else "/"


@login_not_required
@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by name and passphrase; wrong ones are counted and, past a few, made to wait."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_next(request))
    form = SignIn(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        now = context().now()
        name, address = fold(form.cleaned_data["name"]), request.META.get("REMOTE_ADDR", "")
        wait = throttle.waiting(name, address, now)
        if wait is not None:
            form.add_error(
                None,
                f"Too many wrong tries. Wait {throttle.minutes(wait)} minutes, or use a link: tocsin login-link.",
            )
            status = 429
        else:
            found = named(name)
            # An unknown name costs a hash too, so that the time taken does not tell which names exist.
            person = authenticate(
                request, username=found.username if found else "", password=form.cleaned_data["passphrase"]
            )
            if person is not None:
                throttle.succeeded(name)
                login(request, person)
                return HttpResponseRedirect(_next(request))
            throttle.failed(name, address, now)
            form.add_error(None, "The name and the passphrase do not belong together.")
    return render(request, "desk/sign_in.html", {"form": form, "next": _next(request)}, status=status)


@login_not_required
@require_GET
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by a one-time link; on the first visit, ask for a name and a passphrase."""
    person = tickets.redeem(token, context().now())
    login(request, person, backend=BACKEND)
    return redirect("/" if person.may_sign else "/welcome")


@sensitive_post_parameters("passphrase", "again")
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Take a name and a passphrase to sign with. Asked once; a passphrase is never changed here."""
    person = request.user
    assert isinstance(person, Person)
    if person.may_sign:
        return HttpResponseRedirect(_next(request))
    form = Welcome(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        person.display_name = form.cleaned_data["name"]
        person.set_password(form.cleaned_data["passphrase"])
        person.may_sign = True
        person.save()
        login(request, person, backend=BACKEND)
        messages.success(
            request,
            f"You are signed in as {person.display_name}. Your passphrase signs decisions: it is asked each time.",
        )
        return HttpResponseRedirect(_next(request))
    return render(request, "desk/welcome.html", {"form": form})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave."""
    logout(request)
    return redirect("/sign-in")
