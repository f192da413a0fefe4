"""`manage.py export_credential UUID --bundle DIR`: write what anybody needs to check a credential offline."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from paid_certificate.errors import CertificateError
from paid_certificate.services.export import export_bundle


class Command(BaseCommand):
    """Write credential, DID document, status lists and map.json."""

    help = "Write a credential with its DID document, status lists and map.json (address or DID to file)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The credential's uuid and the folder."""
        parser.add_argument("uuid", help="the credential's uuid, as in its address")
        parser.add_argument("--bundle", required=True, type=Path, metavar="DIR", help="the folder to write into")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files and name them."""
        try:
            written = export_bundle(UUID(options["uuid"]), directory=options["bundle"])
        except ValueError as error:
            raise CommandError(f"“{options['uuid']}” is no uuid; copy it from the credential's address.") from error
        except CertificateError as error:
            raise CommandError(str(error.user_message)) from error
        for path in written:
            self.stdout.write(str(path))
