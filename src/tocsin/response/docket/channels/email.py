"""E-mail by SMTP, encrypted on the way to the server; without encryption only to this machine itself."""

from __future__ import annotations

import smtplib
import ssl
from email.utils import parseaddr

from tocsin.core.context import Context
from tocsin.response.docket.channels import mail, secrets
from tocsin.response.docket.channels.protocol import Letter, Receipt, Undelivered

SECONDS = 20
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PASSWORD = "smtp.password"  # noqa: S105 - the name of a file


class Email:
    """One mail a letter, by the server in ``TOCSIN_SMTP_HOST``."""

    id = "email"
    open = False
    disturbs = True
    once = True

    def send(self, ctx: Context, letter: Letter) -> Receipt:
        """Hand the mail to the server. A refused recipient will not be taken later either; all else is tried again."""
        trouble = self.fault(ctx, letter.address)
        if trouble:
            raise Undelivered(trouble, lasting=True)
        words = ctx.settings
        password = secrets.read(ctx, PASSWORD) if words.smtp_user else ""
        domain = parseaddr(words.smtp_from)[1].rpartition("@")[2] or "tocsin.invalid"
        message = mail.compose(letter, words.smtp_from, letter.address, domain=domain)
        sender = parseaddr(words.smtp_from)[1]
        try:
            with self._server(words.smtp_host, words.smtp_port, words.smtp_security) as server:
                if words.smtp_user:
                    server.login(words.smtp_user, password)
                server.sendmail(sender, [letter.address], message)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise Undelivered(f"the mail server refused the recipient ({code})", lasting=500 <= code < 600) from None
        except smtplib.SMTPAuthenticationError as error:
            raise Undelivered(f"the mail server refused the sign-in ({error.smtp_code})") from None
        except (smtplib.SMTPException, OSError) as error:
            said = f"{type(error).__name__}: {error}"
            raise Undelivered(secrets.without(said, [password, letter.address])) from None
        return Receipt(mail.message_id(letter, domain))

    @staticmethod
    def _server(host: str, port: int, security: str) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
        server = smtplib.SMTP(host, port, timeout=SECONDS)
        if security == "starttls":
            try:
                server.starttls(context=context)
            except BaseException:
                server.close()
                raise
        return server

    def fault(self, ctx: Context, address: str) -> str:
        """Look at the settings and the address."""
        words = ctx.settings
        if not words.smtp_host:
            return "no mail server is set (TOCSIN_SMTP_HOST)"
        if words.smtp_security == "none" and words.smtp_host not in LOOPBACK:
            return "mail goes unencrypted only to this machine: set TOCSIN_SMTP_SECURITY to starttls or tls"
        name, found = parseaddr(address)
        if found != address or name or found.count("@") != 1 or any(c in found for c in "\r\n,; "):
            return "the address is no e-mail address"
        if words.smtp_user:
            try:
                secrets.read(ctx, PASSWORD)
            except Undelivered as missing:
                return str(missing)
        return ""
