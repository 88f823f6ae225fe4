from collections.abc import Callable
from typing import Any

PAGE = """<!doctype html><meta charset=utf-8><title>Shop – Help</title>
<style>p { color: red }</style><script>var hidden = "script"</script>
<body><nav>Home <a href=/about>About</a></nav><header role=banner>Logo</header>
<h1>Help &amp; more</h1><p>Welcome to <b>the</b> <em>shop</em>.
<p hidden>hidden one<p style="display: none">hidden two<p aria-hidden=true>hidden three
<section id=returns><h2>Returns<a class=headerlink href="#returns">¶</a></h2>
<p>Within 30&nbsp;days, see <a href="https://shop.example/form">the form</a> or <a href="/more">more</a>.</p>
<ol><li>Pack it<li>Send it<ul><li>by post<li>by courier</ul><li><p>Wait</p><p>a week</p></ol>
<table><caption>Prices</caption><tr><th>Size<th>Price<tr><td>S<td>3 | 4<tr><td>L<td><ul><li>5<li>6</ul></table>
<pre><code>a = 1
# no heading</code></pre>
<p>Use <code>x</code> now<br>or<br><br>later.</p>
<dl><dt>Term<dd>What it means</dl>
<details><summary>How?</summary>So.</details>
</section>
<h2><a name=jobs></a>Jobs</h2>
<table><tr><td><h3>Now</h3>None.</table>
<footer>© 2026</footer>"""


def test_a_page_is_read_as_its_readers_see_it(read: Callable[..., Any]) -> None:
    entries = read("help.html", PAGE)
    assert [(entry.questions[0], entry.source) for entry in entries] == [
        ("Help & more", "help.html"),
        ("Help & more > Returns", "help.html#returns"),
        ("Help & more > Jobs > Now", "help.html#jobs"),
    ]
    assert [entry.answer for entry in entries] == [
        "Welcome to the shop.",
        "Within 30\u00a0days, see [the form](https://shop.example/form) or more.\n\n"
        "1. Pack it\n2. Send it\n   - by post\n   - by courier\n3. Wait\n   a week\n\n"
        "Prices:\n\n| Size | Price |\n|---|---|\n| S | 3 \\| 4 |\n| L | 5 6 |\n\n"
        "```\na = 1\n# no heading\n```\n\nUse `x` now\nor\n\nlater.\n\n"
        "**Term**\n\nWhat it means\n\n**How?**\n\nSo.",
        "None.",
    ]


def test_what_stands_beside_the_main_part_is_left_out(read: Callable[..., Any]) -> None:
    page = "<title>Tea</title><body><h1>Shop</h1><p>Offers<main><h2>Black</h2>Strong.<h2>Green</h2>Mild.</main>Bye"
    entries = read("tea.htm", page)
    assert [(entry.questions[0], entry.answer) for entry in entries] == [
        ("Tea > Black", "Strong."),
        ("Tea > Green", "Mild."),
    ]


def test_a_page_says_itself_how_it_is_encoded(read: Callable[..., Any], problems: Callable[..., Any]) -> None:
    (entry,) = read("a.html", "<meta charset='gb2312'><p>图书可以续借。".encode("gb18030"))
    assert entry.answer == "图书可以续借。"
    typed = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><p>“café”'
    (entry,) = read("a.html", typed.encode("cp1252"))
    assert entry.answer == "“café”"
    assert problems("a.html", "<p>\ncafé".encode("cp1252"))[0].startswith("a.html:2:4: this is not UTF-8 text")
    assert problems("a.html", "<meta charset=klingon><p>x")[0].startswith("a.html:1:1: there is no encoding 'klingon'")


def test_a_page_may_nest_as_deeply_as_it_likes(read: Callable[..., Any]) -> None:
    for tags in ("<div>", "<b>", "<ul><li>", "<table><tr><td>", "<blockquote><p>", "<section><h2>x</h2>"):
        entries = read("deep.html", tags * 10_000 + "bottom")
        assert entries[-1].answer.strip("- ").endswith("bottom")


def test_a_page_that_shows_nothing_is_a_mistake(problems: Callable[..., Any]) -> None:
    (problem,) = problems("empty.html", "<body><script>only(this)</script><p hidden>and this</p>")
    assert problem.startswith("empty.html: there are no words in the document.")
