"""Users in the settings: listed, added, changed, disabled, removed, given keys and passwords."""

import pytest
from call_lists import NOON
from people_story import EVA, LENA, SUE, floor, until
from pictures import assert_looks_as_kept

from console.calls.words import Role
from console.desk.accounts import Accounts, Block, PublicKey
from console.desk.changes import PutBlock, PutKey, PutPassword
from console.desk.commands import ChangeOperator, RemoveOperator
from console.desk.operators import Operator
from console.tui.screens.settings.user_form import UserForm
from console.tui.widgets.section_list import SectionList

KEY = PublicKey(
    "SHA256:kR5sQz0XJ6mZ8H1l3n2bYc7vT4pW9uEaGdFfKiLoRxA", "ed25519", "AAAA", "lena@laptop"
)


async def account(here, login):
    every = {one.operator.login: one for one in await here.store.ask(Accounts())}
    return every.get(login)


async def users(here, who=EVA, *keys, size=(120, 40)):
    """A console with the list of users, after these keys."""
    story = await here.sits_down(who, "5", size=size)
    await story.open("Users", *keys)
    return story


async def test_the_list_says_who_has_which_role_phones_keys_and_who_is_on_line():
    async with floor() as here:
        await here.store.write([PutKey("lena", KEY, "eva", NOON)])
        await here.store.write([PutPassword("sue", "hash", "eva", NOON)])
        await here.sits_down(LENA)
        eva = await users(here)
        words = " ".join(" ".join(line[21:].split()) for line in eva.lines())
        assert "● Eva Brandt eva admin on line phones 101 no key: can't come in by ssh" in words
        assert "● Lena Kraft lena operator on line phones 102 1 key" in words
        assert "○ Sue Berger sue supervisor phones 110 password" in words


async def test_somebody_is_added_with_checks_and_then_under_the_cursor():
    async with floor() as here:
        eva = await users(here, EVA, "a")
        await eva.type("lena")
        await eva.retype("name", "Olga Blum")
        await eva.retype("extensions", "103; 104,103")
        await eva.press("ctrl+s")
        assert "There is somebody with this login already." in eva.words()
        await eva.retype("login", "ol/ga")
        await eva.press("ctrl+s")
        assert "without / : and @" in eva.words()
        await eva.retype("login", "olga")
        await eva.press("ctrl+s")
        made = (await account(here, "olga")).operator
        assert made == Operator("olga", "Olga Blum", Role.OPERATOR, ("103", "104"))
        assert eva.rows.chosen.account.operator == made


async def test_a_phone_that_is_none_is_not_saved():
    async with floor() as here:
        eva = await users(here, EVA, "down", "enter")
        await eva.retype("extensions", "101, <b>")
        await eva.press("ctrl+s")
        assert "is no phone" in eva.words()
        assert (await account(here, "lena")).operator == LENA


async def test_another_role_holds_at_once_where_the_person_sits():
    async with floor() as here:
        lena = await here.sits_down(LENA, "5")
        assert "Users" not in lena.text()
        assert "supervisors may change it" in lena.words()
        eva = await users(here, EVA, "down", "enter")
        await eva.go_to("role")
        await eva.press("right", "ctrl+s")
        await lena.sees("From now on your role is supervisor.")
        await lena.sees("Users")
        assert "supervisors may change it" not in lena.words()
        await lena.press("enter", "a")
        assert "NEW COMPANY" in lena.text()
        await here.desk.do(ChangeOperator("lena", "Lena Kraft", Role.OPERATOR, ("102",)), EVA)
        await lena.sees("your role is operator")
        await lena.until(lambda: "You can read this" in lena.words())
        await lena.press("escape")
        await lena.until(lambda: "Users" not in lena.text())


async def test_a_supervisor_changes_phones_alone():
    async with floor() as here:
        sue = await users(here, SUE)
        assert "You may change phones" in sue.words()
        await sue.press("a", "d", "x", "k", "p")
        assert sue.app.screen.query(SectionList)
        await sue.press("down", "enter")
        assert isinstance(sue.app.screen, UserForm)
        assert list(sue.editor.fields) == ["extensions"]
        await sue.retype("extensions", "110, 111")
        await sue.press("ctrl+s")
        assert (await account(here, "lena")).operator.extensions == ("110", "111")
        assert (await account(here, "lena")).operator.role is Role.OPERATOR


async def test_who_was_admin_when_the_list_opened_is_refused_and_told():
    async with floor([], [*[EVA, LENA, SUE], Operator("olga", "Olga", Role.ADMIN)]) as here:
        eva = await users(here, EVA, "down", "enter")
        await here.desk.do(
            ChangeOperator("eva", "Eva Brandt", Role.SUPERVISOR), Operator("olga", "", Role.ADMIN)
        )
        await eva.retype("name", "Somebody else")
        await eva.press("ctrl+s")
        assert "takes the role admin" in eva.words()
        assert (await account(here, "lena")).operator == LENA


async def test_somebody_is_disabled_and_let_in_again():
    async with floor() as here:
        lena = await here.sits_down(LENA)
        eva = await users(here, EVA, "down", "d")
        assert "Disable Lena Kraft?" in eva.text()
        await eva.press("y")
        assert (await account(here, "lena")).disabled
        await until(lambda: lena.app._exit)
        assert "disabled" in eva.text()
        await eva.press("d")
        assert not (await account(here, "lena")).disabled


async def test_somebody_is_removed_but_never_the_last_admin():
    async with floor() as here:
        eva = await users(here, EVA, "x")
        await eva.press("y")
        assert any("last admin" in said for said in eva.toasts())
        assert await account(here, "eva")
        await eva.press("down", "x", "escape")
        assert await account(here, "lena")
        await eva.press("x", "y")
        assert await account(here, "lena") is None
        assert "Lena Kraft" not in "\n".join(eva.lines()[2:20])


async def test_a_key_is_pasted_refused_twice_and_removed():
    async with floor() as here:
        eva = await users(here, EVA, "down", "k")
        assert "lena has no key" in eva.words()
        for _ in range(2):
            await eva.press("a")
            eva.app.focused.insert("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIabcdef lena@laptop")
            await eva.press("enter")
        assert any("has this key already" in said for said in eva.toasts())
        assert "lena@laptop" in eva.text()
        await eva.press("x", "y")
        assert not (await account(here, "lena")).keys
        await eva.press("escape")
        assert "no key: can't come in by ssh" in eva.words()


async def test_a_password_is_typed_twice_and_taken_away():
    async with floor() as here:
        eva = await users(here, EVA, "down", "p")
        await eva.type("correct horse")
        await eva.press("enter")
        await eva.type("correct house")
        await eva.press("enter")
        assert "The two are not the same." in eva.text()
        assert "correct" not in eva.text()
        await eva.type("correct horse")
        await eva.press("enter")
        assert (await account(here, "lena")).has_password
        await eva.press("p")
        assert "Lena Kraft has a password" in eva.text()
        await eva.press("r")
        assert not (await account(here, "lena")).has_password


async def test_a_blocked_address_is_let_in():
    async with floor() as here:
        until_then = NOON.replace(minute=20)
        block = Block("198.51.100.7", 5, NOON, until_then, "root")
        await here.store.write([PutBlock(block)])
        eva = await users(here, EVA, "b")
        await eva.sees("198.51.100.7")
        assert "5 times, last 13:00 as root" in eva.words()
        assert "kept out until 13:20" in eva.words()
        await eva.press("l")
        await eva.sees("No log-in has failed lately.")


async def test_hostile_names_are_text():
    async with floor() as here:
        await here.desk.do(
            ChangeOperator(
                "mallory", "[b]\x1b]0;x\x07 \u202eevil", Role.OPERATOR, ("1\x1b[2J", "")
            ),
            EVA,
        )
        mallory = await account(here, "mallory")
        assert "\x1b" not in mallory.operator.name + "".join(mallory.operator.extensions)
        eva = await users(here)
        await eva.sees("[b]")
        await eva.press("w", "escape")


async def test_the_palette_leads_supervisors_there_and_operators_not():
    async with floor() as here:
        lena, sue = await here.sits_down(LENA), await here.sits_down(SUE)
        assert "Users" not in [one.title for one in lena.app.get_system_commands(lena.app.screen)]
        assert "Users" in [one.title for one in sue.app.get_system_commands(sue.app.screen)]
        await sue.app.action_users()
        await sue.settle()
        await sue.sees("You may change phones")


async def test_who_is_removed_meanwhile_is_said_in_the_form():
    async with floor() as here:
        eva = await users(here, EVA, "down", "enter")
        await here.desk.do(RemoveOperator("lena"), EVA)
        await eva.until(lambda: "Somebody else deleted it" in eva.words())


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_users_look_as_kept(size):
    async with floor() as here:
        await here.store.write([PutKey("lena", KEY, "Eva Brandt", NOON)])
        await here.store.write([PutPassword("sue", "hash", "eva", NOON)])
        block = Block("198.51.100.7", 5, NOON, NOON.replace(minute=20), "root")
        await here.store.write([PutBlock(block)])
        await here.sits_down(LENA)
        eva = await users(here, EVA, "down", size=size)
        suffix = f"{size[0]}x{size[1]}"
        assert_looks_as_kept(eva.app, f"users_{suffix}")
        await eva.press("enter")
        await eva.go_to("role")
        assert_looks_as_kept(eva.app, f"user_{suffix}")
        await eva.press("escape", "k")
        assert_looks_as_kept(eva.app, f"user_keys_{suffix}")
        await eva.press("escape", "p")
        assert_looks_as_kept(eva.app, f"user_password_{suffix}")
        await eva.press("escape", "b")
        await eva.sees("198.51")
        assert_looks_as_kept(eva.app, f"user_blocked_{suffix}")
