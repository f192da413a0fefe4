"""Forms of the evidence route: pieces of a claim, sending it, and the assessor's decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from paid_certificate.claim_data import ClaimData
from paid_certificate.proofs.foreign import MAX_SUPPORT
from paid_certificate.services.claim_files import most_bytes

CHECKED = [("none", _("Not checked")), ("checked", _("Checked against an identity document"))]
WATCHED = [("none", _("Not watched")), ("online", _("Watched online")), ("onsite", _("Watched on site"))]


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several uploaded files as a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Clean each."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFilesField, self).clean(each, initial) for each in given]


class PieceForm(forms.Form):
    """What every piece has: which outcomes it shows, and a title."""

    title = forms.CharField(label=_("Title"), max_length=255)
    outcomes = forms.TypedMultipleChoiceField(
        label=_("What does it show?"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, claim: ClaimData, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(entry.num, entry.name) for entry in claim.outcomes]
        if choices:
            self.fields["outcomes"].choices = choices  # type: ignore[attr-defined]
            self.fields["outcomes"].required = True
            self.fields["outcomes"].error_messages["required"] = _("Say which of the outcomes this piece shows.")
        else:
            del self.fields["outcomes"]


class CredentialForm(PieceForm):
    """A credential of another issuer, pasted or as a file, with what is needed to check it."""

    text = forms.CharField(
        label=_("Paste the credential"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "dir": "ltr"}),
        help_text=_("Its JSON, or the long text that starts with “ey”."),
    )
    file = forms.FileField(
        label=_("Or choose its file"), required=False, help_text=_("JSON, or a badge as PNG or SVG with it inside.")
    )
    support = ManyFilesField(
        label=_("The issuer's key document and status lists"),
        required=False,
        help_text=_(
            "As JSON files; needed where the issuer is a “did:web” or an “https” address. We fetch nothing ourselves."
        ),
    )
    field_order = ("text", "file", "support", "outcomes", "title")

    def __init__(self, claim: ClaimData, *args: Any, **kwargs: Any) -> None:
        super().__init__(claim, *args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = _("If you leave this open, the credential's own title is taken.")

    def clean(self) -> dict[str, Any]:
        """There is one credential, pasted or as a file."""
        data = super().clean() or {}
        if bool((data.get("text") or "").strip()) == bool(data.get("file")) and "file" not in self.errors:
            self.add_error("text", _("Paste the credential or choose its file: one of the two."))
        return data

    def values(self) -> dict[str, Any]:
        """The arguments of add_credential_piece."""
        data = self.cleaned_data
        upload = data["file"]
        return {
            "credential": read(upload) if upload else data["text"].encode("utf-8", "replace"),
            "file_name": upload.name if upload else "credential.json",
            "support": [read(each) for each in data["support"][: MAX_SUPPORT + 1]],
            "title": data["title"],
            "outcomes": data.get("outcomes", []),
        }


class FileForm(PieceForm):
    """A file."""

    file = forms.FileField(label=_("File"), help_text=_("PDF, PNG or JPEG."))
    field_order = ("file", "outcomes", "title")

    def values(self) -> dict[str, Any]:
        """The arguments of add_file_piece."""
        upload = self.cleaned_data["file"]
        rest = {"title": self.cleaned_data["title"], "outcomes": self.cleaned_data.get("outcomes", [])}
        return rest | {"content": read(upload), "file_name": upload.name}


class LinkForm(PieceForm):
    """A link, kept as text."""

    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"dir": "ltr"}),
        help_text=_("The assessor sees it as text. Make sure that they can open it, and that it stays."),
    )
    field_order = ("url", "outcomes", "title")

    def values(self) -> dict[str, Any]:
        """The arguments of add_link_piece."""
        return {"outcomes": []} | self.cleaned_data


class NoteForm(PieceForm):
    """What the person says in their own words."""

    text = forms.CharField(
        label=_("What did you do?"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"})
    )
    field_order = ("text", "outcomes", "title")

    def values(self) -> dict[str, Any]:
        """The arguments of add_note_piece."""
        return {"outcomes": []} | self.cleaned_data


class SubmitForm(forms.Form):
    """Sending a claim: the name to print, an answer to what was asked, and consent."""

    holder_name = forms.CharField(
        label=_("Your name as on your identity document"),
        max_length=255,
        help_text=_("It is printed on the credential exactly like this."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    consent = forms.BooleanField(label=_("I agree"), required=False)

    def __init__(self, claim: ClaimData, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not claim.turns:
            del self.fields["answer"]


class ApproveForm(forms.Form):
    """What an assessor found: each outcome shown, and how identity and sitting were checked."""

    covered = forms.TypedMultipleChoiceField(
        label=_("Shown by the evidence"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    identity = forms.ChoiceField(label=_("The person's identity"), choices=CHECKED, widget=forms.RadioSelect)
    identity_how = forms.CharField(
        label=_("How you checked it"),
        max_length=255,
        required=False,
        help_text=_("Needed where you checked it, as in: passport seen in a video call on 3 May."),
    )
    supervision = forms.ChoiceField(label=_("The work, as you saw it done"), choices=WATCHED, widget=forms.RadioSelect)

    def __init__(self, claim: ClaimData, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(entry.num, entry.name) for entry in claim.outcomes]
        self.fields["covered"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["covered"]


class ReturnForm(forms.Form):
    """A question to the person."""

    question = forms.CharField(label=_("Your question"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}))


class RefuseForm(forms.Form):
    """A refusal."""

    reason = forms.CharField(label=_("Why"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}))
    appeal = forms.CharField(label=_("How to appeal"), max_length=255)


class AssessorForm(forms.Form):
    """Somebody who shall assess for a body."""

    username = forms.CharField(label=_("Username"), max_length=150)
    body_slug = forms.ChoiceField(label=_("Body"))

    def __init__(self, bodies: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body_slug"].choices = bodies  # type: ignore[attr-defined]


def read(upload: UploadedFile) -> bytes:
    """The bytes of an upload, one more than is taken at most: the service says so of a larger one."""
    return bytes(upload.read(most_bytes() + 1))


PIECE_FORMS: dict[str, type[PieceForm]] = {
    "credential": CredentialForm,
    "file": FileForm,
    "link": LinkForm,
    "note": NoteForm,
}
