"""People, departments and posts for tests. Each function makes one row and nothing besides."""

from datetime import date
from itertools import count
from typing import Any

from accounts.models import Department, Post, Role, User

_serial = count(1)


def make_user(username: str = "", *, name: str = "", password: str = "", **fields: Any) -> User:
    """A person without a post, so an investor. Without ``password`` nobody can sign in with one."""
    number = next(_serial)
    username = username or f"person{number}"
    user = User(username=username, name=name or f"张三{number}", **fields)
    user.email = fields.get("email", f"{username}@example.com")
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save()
    return user


def make_department(code: str = "", *, kind: str = Department.Kind.APPROVAL, **fields: Any) -> Department:
    number = next(_serial)
    code = code or f"department-{number}"
    names = {"name": f"第{number}局", "name_en": f"Department {number}"}
    return Department.objects.create(code=code, kind=kind, **{**names, **fields})


def make_post(user: User, department: Department, role: str = Role.CLERK, **fields: Any) -> Post:
    """``user`` holds ``role`` in ``department`` since 2020; forgets the posts cached on ``user``."""
    post = Post.objects.create(user=user, department=department, role=role, **{"starts_on": date(2020, 1, 1), **fields})
    user.__dict__.pop("current_posts", None)
    return post
