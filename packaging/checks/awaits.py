#!/usr/bin/env python3
"""Every co_await awaits something that has a name: awaits.py [FILE…]

GCC 12 sometimes destroys the temporaries of a co_await expression twice or at the wrong time: the
arguments of the call, and the task that the call returns. Nothing in C++ says so; AddressSanitizer
does, when the branch is taken. So the task is named first:

    auto asking = messaging.call(endpoint, verb, std::move(payload), timeout);
    auto answer = co_await asking;

Allowed behind co_await: a name, a member or element of one (`a.b`, `a->b`, `a[i]`), `*a`, `(a)`, and std::move of
those. Without files: all sources of ours. Judges its own examples first. Prints each finding, then
"N passed, N failed": two claims.
"""
import re
import sys
from pathlib import Path

# Comments and literals become blanks of the same length, so that lines keep their numbers.
NOISE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'
                   r"(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'", re.S)
NAME = r'\*?(?:this->)?[A-Za-z_]\w*(?:(?:\.|->)[A-Za-z_]\w*|\[[\w.+-]*\])*'
NAMED = re.compile(rf'(?:std::move\((?:{NAME})\)|\((?:{NAME})\)|{NAME})$')


def blank(match):
    return re.sub(r'[^\n]', ' ', match.group())


def operand(text, start):
    """The text from `start` to where the expression ends: a bracket that opened before it, a comma,
    a semicolon or a binary operator."""
    depth = 0
    for at in range(start, len(text)):
        char = text[at]
        if char in '([{':
            depth += 1
        elif char in ')]}':
            if depth == 0:
                return text[start:at]
            depth -= 1
        elif depth == 0 and (char in ';,?=|' or text.startswith(('&&', '==', '!='), at)):
            return text[start:at]
    return text[start:]


def findings(text):
    """(line, operand) of each co_await whose operand has no name."""
    text = NOISE.sub(blank, text)
    for match in re.finditer(r'\bco_await\b', text):
        if re.search(r'\boperator\s*$', text[:match.start()][-20:]):
            continue
        awaited = re.sub(r'\s+', '', operand(text, match.end()))
        if not NAMED.match(awaited):
            yield text.count('\n', 0, match.start()) + 1, awaited


def self_test():
    bad = ['co_await f()', 'co_await f(std::move(x), Options{a, b})', 'co_return co_await m.read(a, b)',
           'RW_CO_ASSIGN(auto y, co_await m_x.write(std::move(a),\n    std::move(b)))',
           'co_await [&] { return f(); }()', 'co_await (flag ? a : b())', 'co_await a->log().append(x)',
           'co_await Awaiter{this}', "const char quote = '\"'; co_await f(\"x\")",
           'const auto million = 1\'000\'000; co_await f()', '(void)co_await log->append(std::move(n))']
    good = ['co_await asking;', 'co_await std::move(asking);', 'RW_CO_TRY(co_await self->m_task);',
            'co_await *group;', 'tasks[i + 1]; co_await tasks[i];', '// co_await f()', '"co_await f()"',
            'auto operator co_await() && noexcept', 'if (!co_await one && co_await two)',
            'R"(co_await f())";', 'co_await (named);', 'f(co_await asking, g(h))']
    wrong = [text for text in bad if not list(findings(text))] + [text for text in good if list(findings(text))]
    for text in wrong:
        print(f'awaits.py judges wrongly: {text}')
    return not wrong


def main(arguments):
    judges_right = self_test()
    root = Path(__file__).resolve().parents[2]
    files = [Path(name) for name in arguments] or sorted(
        path for top in ('engine', 'widgets', 'app', 'tests') for path in (root / top).rglob('*')
        if path.suffix in ('.h', '.cpp'))
    failed = 0 if judges_right else 1
    clean = True
    for path in files:
        found = list(findings(path.read_text(encoding='utf-8')))
        clean = clean and not found
        for line, awaited in found:
            shown = awaited if len(awaited) < 60 else awaited[:57] + '...'
            print(f'{path.relative_to(root) if path.is_absolute() else path}:{line}: '
                  f'co_await {shown} awaits a temporary; name the task first')
    failed += 0 if clean else 1
    print(f'{2 - failed} passed, {failed} failed')
    return failed == 0


sys.exit(0 if main(sys.argv[1:]) else 1)
