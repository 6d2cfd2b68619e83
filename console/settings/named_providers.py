"""Text messages name the provider that sends them: there must be one of that name."""

from console.settings.live import Live, overridden, title_of
from console.settings.refused import of_company

# By company, None for the site: the name that it uses.
_Used = dict[int | None, str]


def unnamed_provider(now: Live, wanted: Live) -> tuple[str, int | None] | None:
    """Why the settings can't become the wanted ones: a name without its provider; and whose.

    What is as wrong now is not held against them.
    """
    gone = _gone(now)
    for company, name in _gone(wanted).items():
        if gone.get(company) == name:
            continue
        where = f"{title_of('text_messages')}{of_company(company)}"
        if _used(now).get(company) == name:
            return f"{name} is used by {where}; choose another there first.", company
        known = ", ".join(each.name for each in wanted.providers.providers)
        there = f"there are {known}" if known else "there is none yet"
        return f"{where}, Provider: no provider is called {name}; {there}.", company
    return None


def _gone(live: Live) -> _Used:
    return {
        company: name for company, name in _used(live).items() if not live.providers.named(name)
    }


def _used(live: Live) -> _Used:
    used: _Used = {None: live.text_messages.provider}
    for each in live.overrides.overrides:
        name = overridden(live, each.company_id).get("text_messages", {}).get("provider")
        if isinstance(name, str):
            used[each.company_id] = name
    return {company: name for company, name in used.items() if name}
