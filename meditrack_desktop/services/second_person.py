"""Another administrator's agreement, given with their password at the same desk (security.md 4.3, "2")."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.database.queries import sign_in_tries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed
from meditrack_desktop.domain.patient_lists import SecondPerson
from meditrack_desktop.services import passwords
from meditrack_desktop.services.signing_in import SigningIn, folded


class SecondPersons:
    """Guessing here is guessing at signing in: the same buckets count, the same waits are imposed."""

    def __init__(self, signing_in: SigningIn) -> None:
        self._in = signing_in

    def agrees(self, actor: Actor, given: SecondPerson | None) -> UUID | None:
        """The account that agreed, or None if the clinic has no other active administrator. About 0.3 s.

        The caller has checked the actor's own right. NotAllowed AGREEMENT_NEEDED if nobody is given or they
        are no other active administrator; NotAuthenticated as `Sessions.sign_in`.
        """
        if not self._has_others(actor):
            return None
        if given is None:
            raise NotAllowed(ErrorCode.AGREEMENT_NEEDED)
        with self._in.guard:
            row = self._in.known(folded(given.username))
            pepper = self._in.credentials.pepper
            if not passwords.is_right(given.password.get_secret_value(), pepper, row.password_hash):
                self._in.refuse(row, "wrong password as a second person")
            self._in.check_second_factor(row, given.code)
        work = self._in.work
        with work.unsigned() as session:
            sign_in_tries.forget(session, row.id, work.trail.chain)
            fit = row.id != actor.account_id and not row.must_change_password
            if not fit or row.id not in queries.other_administrators(session, actor.account_id):
                raise NotAllowed(ErrorCode.AGREEMENT_NEEDED)
        return row.id

    def _has_others(self, actor: Actor) -> bool:
        with self._in.work.database.reading() as session:
            return bool(queries.other_administrators(session, actor.account_id))
