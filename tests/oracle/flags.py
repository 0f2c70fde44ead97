"""Texts for `--set`: keys and values of every shape, and what grammars stumble over."""

from __future__ import annotations

import random

KEYS = (
    *("a", "b", "a.b", "a.b.c", "a.c", "b.a", "a[0]", "a[1]", "a[2].b", "a[0][1]", "b[0].a[1]"),
    *("a\\.b", "a\\,b", "a\\=b", "a\\[b", "a b", " a", "a\\\\b", "é", "a[0].b.c", "0", "a.0"),
)
VALUES = (
    *("", "1", "-1", "+1", "0", "-0", "007", "1.5", "1e3", "0x1F", "1_000", "9007199254740991"),
    *("true", "TRUE", "False", "null", "NULL", "yes", "~", "x", "x y", " x ", "x=y", "x.y[0]"),
    *("{}", "{x}", "{x,y}", "{1,true,null}", "{,}", "{x,}", "{ x , y }", "{a=b,c.d}", "{x\\,y}"),
    *("x\\,y", "x\\\\y", "\\{x\\}", "x{y}", "é", '"x"', "'x'", "[1]", "x\\=y", "{x\\}y}"),
)
ODD = (
    *("", ",", "a", "a=", "=x", "a=1,", ",a=1", "a=1,,b=2", "a.=1", ".a=1", "a..b=1"),
    *("a[=1", "a[0=1", "a]=1", "a[]=1", "a[x]=1", "a[-1]=1", "a[0]b=1", "a[0].=1", "[0]=1"),
    *("a=\\", "a\\=1", "a={x", "a={x}y", "a=}", "a={{x}}", "a=x}", "a={x},b=1", "a=1 ,b=2"),
    *("a[65536].b=1", "a[65537]=1", "a[999999999999999999999]=1", "a[00]=1", "a[+1]=1"),
    *("a=1,a=2", "a.b=1,a=2", "a=1,a.b=2", "a=1,a[0]=2", "a[0]=1,a.b=2", "a={x},a[1]=y"),
    *("a=null,a.b=1", "a.b=null", "a[0]=null", "a[0].b=null", "a={x,y},a[0]=null"),
    *(".".join("a" * 30) + "=1", ".".join("a" * 31) + "=1", ".".join("a" * 32) + "=1"),
    *("a" + "[0]" * 30 + "=1", "a" + "[0]" * 31 + "=1", "a[name=x].b=1"),
)


def corpus(count: int = 200) -> list[str]:
    """The odd ones, each key, each value, and some of all pairs of items. The same each run."""
    chance = random.Random(4)
    items = [f"{key}={value}" for key in KEYS for value in VALUES]
    single = [f"{key}=1" for key in KEYS] + [f"a={value}" for value in VALUES]
    pairs = [",".join(chance.sample(items, chance.randint(1, 3))) for _ in range(count)]
    return list(dict.fromkeys((*ODD, *single, *pairs)))
