"""Places on the programme's page that upper apps fill: admission offers and the programme's credential."""

from openedx_bridge.panels import Panels

_panels = Panels(
    {
        "programmes.wider_url": "nothing -> str: address of a catalogue for machines that holds the programmes",
        "programme.offers": "programme: ProgrammeData, user_id: int | None -> html: which schools take it, and terms",
        "programme.credential": "programme: ProgrammeData, completion_uuid: UUID | None -> html: the credential",
    }
)
register, unregister, render, first = _panels.register, _panels.unregister, _panels.render, _panels.first
