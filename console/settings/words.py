"""What notices say: templates as in wording/, with a default each."""

from pydantic import BaseModel, Field

DEFAULT_SUBJECT = """\
{{ notice.count_words }} for {{ called.name or call.called_shown }}: \
{{ caller.name or caller.shown or "hidden number" }}
"""

DEFAULT_TEXT = """\
{{ caller.name or caller.shown or "Somebody with a hidden number" }}\
{% if caller.company and caller.company != caller.name %}, {{ caller.company }}{% endif %} \
called {{ called.name or call.called_shown }} and nobody answered.

{% for one in notice.calls %}
{{ one.when }}   {{ one.why }}, rang {{ one.rang }}
{% endfor %}

{% if caller.shown %}
Number:  {{ caller.shown }}{% if caller.number_kind %} ({{ caller.number_kind }}){% endif %}

{% endif %}
{% if caller.email %}
E-mail:  {{ caller.email }}
{% endif %}
{% for note in notice.notes %}
Note:    {{ note }}
{% endfor %}
"""

# What is filled in is escaped for HTML; `link` makes a number a link with the chosen beginning.
DEFAULT_HTML = """\
<p><strong>{{ caller.name or caller.shown or "Somebody with a hidden number" }}</strong>\
{% if caller.company and caller.company != caller.name %}, {{ caller.company }}{% endif %} \
called <strong>{{ called.name or call.called_shown }}</strong> and nobody answered.</p>
<table>
{% for one in notice.calls %}
<tr><td>{{ one.when }}</td><td>{{ one.why }}, rang {{ one.rang }}</td></tr>
{% endfor %}
</table>
{% if caller.number %}
<p>Number: <a href="{{ notice.link }}">{{ caller.shown }}</a>\
{% if caller.number_kind %} ({{ caller.number_kind }}){% endif %}</p>
{% endif %}
{% if caller.email %}
<p>E-mail: <a href="mailto:{{ caller.email }}">{{ caller.email }}</a></p>
{% endif %}
{% for note in notice.notes %}
<p>Note: {{ note }}</p>
{% endfor %}
"""

DEFAULT_SMS = """\
{{ notice.count_words }} {{ notice.since }} for {{ called.name or call.called_shown }}: \
{{ caller.name }}{% if caller.company and caller.company != caller.name %}, \
{{ caller.company }}{% endif %} {{ caller.shown or "hidden number" }}
"""


class Words(BaseModel, frozen=True, extra="forbid"):
    """What notices say."""

    subject: str = Field(
        DEFAULT_SUBJECT,
        max_length=1000,
        title="Subject",
        description="Of the e-mail; what it makes becomes one line.",
    )
    text: str = Field(
        DEFAULT_TEXT, max_length=10_000, title="Text", description="Of the e-mail, without HTML."
    )
    html: str = Field(
        DEFAULT_HTML,
        max_length=20_000,
        title="HTML",
        description="Of the e-mail; what is filled in is escaped.",
    )
    sms: str = Field(
        DEFAULT_SMS,
        max_length=2000,
        title="Text message",
        description="A message of up to 160 plain characters is one part, longer ones cost more.",
    )
