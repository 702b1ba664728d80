import pytest

from core.registry import Registry


def test_a_key_takes_one_value():
    registry = Registry[str, int]("number")
    registry.register("one", 1)
    registry.register("one", 1)
    with pytest.raises(ValueError, match="number 'one' is registered already"):
        registry.register("one", 2)
    assert registry == {"one": 1}
