"""Where XBlock fields are kept: content and settings in the block's row, everything personal in rows of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from opaque_keys.edx.keys import UsageKey
from xblock.exceptions import InvalidScopeError
from xblock.fields import BlockScope, UserScope
from xblock.runtime import KeyValueStore, KvsFieldData

from sandbox.models import Block, BlockState

Key = KeyValueStore.Key
MISSING = object()


def field_data(*, authoring: bool) -> KvsFieldData:
    """Field data for one request; only an authoring one may write content and settings."""
    return KvsFieldData(DatabaseStore(authoring=authoring))


class DatabaseStore(KeyValueStore):
    """A key-value store over `Block.fields` and `BlockState`; a visitor's state lives as long as the store."""

    def __init__(self, *, authoring: bool) -> None:
        self.authoring = authoring
        self._blocks: dict[UsageKey, dict[str, Any]] = {}
        self._visitor: dict[Key, Any] = {}

    def get(self, key: Key) -> Any:
        value = self._find(key)
        if value is MISSING:
            raise KeyError(key.field_name)
        return value

    def has(self, key: Key) -> bool:
        return self._find(key) is not MISSING

    def set(self, key: Key, value: Any) -> None:
        self.set_many({key: value})

    def set_many(self, update_dict: Mapping[Key, Any]) -> None:
        """Write all values or none; raises InvalidScopeError for content outside of authoring."""
        contents: dict[UsageKey, dict[str, Any]] = {}
        for key in update_dict:
            if _is_content(key):
                self._may_write(key)
                contents.setdefault(key.block_scope_id, {})[key.field_name] = update_dict[key]
        with transaction.atomic():
            for usage_key, values in contents.items():
                self._write_content(usage_key, values)
            for key, value in update_dict.items():
                if not _is_content(key):
                    self._write_state(key, value)

    def delete(self, key: Key) -> None:
        if not self.has(key):
            raise KeyError(key.field_name)
        if _is_content(key):
            self._may_write(key)
            self._write_content(key.block_scope_id, {}, drop=key.field_name)
        elif _is_visitors(key):
            del self._visitor[key]
        else:
            BlockState.objects.filter(**_state_lookup(key)).delete()

    def _find(self, key: Key) -> Any:
        if _is_content(key):
            return self._content(key.block_scope_id).get(key.field_name, MISSING)
        if _is_visitors(key):
            return self._visitor.get(key, MISSING)
        row = BlockState.objects.filter(**_state_lookup(key)).first()
        return row.value if row else MISSING

    def _content(self, usage_key: UsageKey) -> dict[str, Any]:
        if usage_key not in self._blocks:
            row = Block.objects.filter(usage_key=usage_key).first()
            self._blocks[usage_key] = row.fields if row else {}
        return self._blocks[usage_key]

    def _may_write(self, key: Key) -> None:
        if not self.authoring:
            raise InvalidScopeError(key)

    def _write_content(self, usage_key: UsageKey, values: dict[str, Any], drop: str | None = None) -> None:
        with transaction.atomic():
            row = Block.objects.select_for_update().get(usage_key=usage_key)
            row.fields = {name: value for name, value in (row.fields | values).items() if name != drop}
            row.save(update_fields=["fields"])
        self._blocks[usage_key] = row.fields

    def _write_state(self, key: Key, value: Any) -> None:
        if _is_visitors(key):
            self._visitor[key] = value
        else:
            BlockState.objects.update_or_create(**_state_lookup(key), defaults={"value": value})


def _is_content(key: Key) -> bool:
    """Content, settings and children belong to one block and to nobody."""
    in_one_block = key.scope.block in (BlockScope.USAGE, BlockScope.DEFINITION)
    return key.scope.user is UserScope.NONE and in_one_block


def _is_visitors(key: Key) -> bool:
    """State of somebody who is not signed in."""
    return key.scope.user is UserScope.ONE and key.user_id is None


def _state_lookup(key: Key) -> dict[str, Any]:
    return {
        "scope": key.scope.name or f"{key.scope.user}-{key.scope.block}",
        "user_id": key.user_id,
        "owner": str(key.block_scope_id or ""),
        "name": key.field_name,
    }
