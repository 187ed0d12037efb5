from django.db.models import F, Func, Value


def only(field: str) -> Func:
    """``field`` as a range of one, so that an exclusion constraint needs no btree_gist."""
    return Func(F(field), F(field), Value("[]"), function="int8range")
