"""The options of the recognizers."""

from pydantic import Field

from dialog_core.configuration import Names, Options


class PiiOptions(Options):
    """Personal data in English and Chinese texts, by patterns and check digits."""

    kinds: Names = Field(
        default=(),
        description="What to look for; default: everything, which is `email`, `phone`, `credit_card`, `bank_card`, "
        "`iban`, `ip_address`, `url_credentials`, `us_ssn`, `uk_nino`, `id_card` (Chinese), `passport`, "
        "`licence_plate`, `wechat`, `qq`, `address` and `date_of_birth`.",
    )
    least: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="How sure it has to be: 1, a check digit is right; .5, the words around it say so.",
    )


class PresidioOptions(PiiOptions):
    """Personal data as Presidio's pattern recognisers for English see it, and the built-in ones."""

    with_builtin: bool = Field(
        default=True, description="Whether the built-in patterns look as well, and what either finds counts."
    )
