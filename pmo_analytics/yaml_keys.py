"""YAML in which no key may stand twice: one of the two lines would be lost without a word."""

from collections.abc import Hashable
from typing import Any

import yaml


class KeysOnce(yaml.constructor.BaseConstructor):
    """Refuses a key that is stated twice; put before the loader it is to be added to."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping, if its keys differ."""
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                continue  # the loader itself refuses it
            if key in seen:
                line = node.start_mark.line + 1
                raise yaml.YAMLError(f"{key} is stated twice, from line {line} on")
            seen.add(key)
        return super().construct_mapping(node, deep)
