"""Start a program as somebody who is not root. Run as a script; imports nothing of ours.

PostgreSQL refuses to run as root, and the checkout may lie in a folder like /root that nobody
else may enter. Two ways, each on its own argument list:

``become.py user <uid> <gid> <program> …``
    That user, who keeps the one capability of passing through folders that are closed to him.
``become.py namespace <program> …``
    A user namespace in which root is called user 1000: files stay root's own.
"""

import ctypes
import os
import sys
from pathlib import Path

PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522
CLONE_NEWUSER = 0x10000000

_libc = ctypes.CDLL(None, use_errno=True)


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Data(ctypes.Structure):
    _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]


def _checked(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def become_user(uid: int, gid: int) -> None:
    """Turn into ``uid``, keeping CAP_DAC_OVERRIDE for this process and all that it executes."""
    # Besides keeping capabilities over setuid, this lets access(2) count them: initdb looks for
    # its fellow programs with access(2), which otherwise asks as a user without any.
    _checked(_libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0), "keep capabilities")
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    bit = 1 << CAP_DAC_OVERRIDE
    data = (_Data * 2)(_Data(bit, bit, bit), _Data(0, 0, 0))
    header = _Header(CAPABILITY_VERSION_3, 0)
    _checked(_libc.capset(ctypes.byref(header), ctypes.byref(data)), "set capabilities")
    _checked(_libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0), "keep capabilities on exec")


def enter_namespace() -> None:
    """Call the present user 1000 from here on; the files still belong to the same user outside."""
    uid, gid = os.getuid(), os.getgid()
    _checked(_libc.unshare(CLONE_NEWUSER), "user namespace")
    for path, text in (("setgroups", "deny"), ("uid_map", f"1000 {uid} 1"), ("gid_map", f"1000 {gid} 1")):
        Path("/proc/self", path).write_text(text)


def main(arguments: list[str]) -> None:
    way, *rest = arguments
    if way == "user":
        become_user(int(rest[0]), int(rest[1]))
        rest = rest[2:]
    elif way == "namespace":
        enter_namespace()
    os.execv(rest[0], rest)


if __name__ == "__main__":
    main(sys.argv[1:])
