"""Linux: which calls of the kernel the process may no longer make (seccomp).

A list of what is refused, not of what is allowed: libraries of another build ask for other harmless calls, and
a refused one comes back as an error that ends the file, not the clinic.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct

_PR_SET_SECCOMP, _FILTER = 22, 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_SAME_MEMORY_THREAD = 0x00010000
_FOREIGN_NUMBERS = 0x40000000

_X86_64 = {
    # Sockets, and what passes for them.
    "socket": 41, "connect": 42, "accept": 43, "sendto": 44, "sendmsg": 46, "bind": 49, "listen": 50,
    "socketpair": 53, "accept4": 288, "sendmmsg": 307,
    # Other processes: making, ending, looking into.
    "fork": 57, "vfork": 58, "execve": 59, "execveat": 322, "kill": 62, "tkill": 200, "ptrace": 101,
    "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "pidfd_send_signal": 424,
    "pidfd_open": 434, "pidfd_getfd": 438, "process_madvise": 440, "rt_sigqueueinfo": 129,
    "rt_tgsigqueueinfo": 297, "setpgid": 109, "setsid": 112, "setpriority": 141,
    # Changing what lies on a disk.
    "creat": 85, "truncate": 76, "ftruncate": 77, "fallocate": 285, "rename": 82, "renameat": 264,
    "renameat2": 316, "mkdir": 83, "mkdirat": 258, "rmdir": 84, "link": 86, "linkat": 265, "unlink": 87,
    "unlinkat": 263, "symlink": 88, "symlinkat": 266, "mknod": 133, "mknodat": 259, "chmod": 90,
    "fchmod": 91, "fchmodat": 268, "chown": 92, "fchown": 93, "lchown": 94, "fchownat": 260, "utime": 132,
    "utimes": 235, "futimesat": 261, "utimensat": 280, "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190,
    "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199, "copy_file_range": 326,
    # Memory that outlives the process, or that no limit counts.
    "memfd_create": 319, "memfd_secret": 447, "shmget": 29, "shmat": 30, "shmctl": 31, "msgget": 68,
    "msgsnd": 69, "semget": 64, "semop": 65, "mq_open": 240, "mq_unlink": 241,
    # The kernel's back doors, and rights.
    "setrlimit": 160, "setuid": 105, "setgid": 106, "setreuid": 113, "setregid": 114, "setgroups": 116,
    "setresuid": 117, "setresgid": 119, "setfsuid": 122, "setfsgid": 123, "capset": 126, "unshare": 272,
    "setns": 308, "chroot": 161, "pivot_root": 155, "mount": 165, "umount2": 166, "swapon": 167,
    "reboot": 169, "sethostname": 170, "init_module": 175, "finit_module": 313, "delete_module": 176,
    "kexec_load": 246, "kexec_file_load": 320, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323,
    "add_key": 248, "request_key": 249, "keyctl": 250, "open_by_handle_at": 304, "name_to_handle_at": 303,
    "io_setup": 206, "io_submit": 209, "io_uring_setup": 425, "io_uring_enter": 426,
    "io_uring_register": 427, "fanotify_init": 300, "inotify_init1": 294, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsmount": 432, "mount_setattr": 442, "seccomp": 317,
}  # fmt: skip
_ARM_64 = {
    "socket": 198, "connect": 203, "accept": 202, "sendto": 206, "sendmsg": 211, "bind": 200, "listen": 201,
    "socketpair": 199, "accept4": 242, "sendmmsg": 269, "execve": 221, "execveat": 281, "kill": 129,
    "tkill": 130, "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272,
    "pidfd_send_signal": 424, "pidfd_open": 434, "pidfd_getfd": 438, "process_madvise": 440,
    "rt_sigqueueinfo": 138, "rt_tgsigqueueinfo": 240, "setpgid": 154, "setsid": 157, "setpriority": 140,
    "truncate": 45, "ftruncate": 46, "fallocate": 47, "renameat": 38, "renameat2": 276, "mkdirat": 34,
    "linkat": 37, "unlinkat": 35, "symlinkat": 36, "mknodat": 33, "fchmod": 52, "fchmodat": 53,
    "fchown": 55, "fchownat": 54, "utimensat": 88, "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7,
    "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16, "copy_file_range": 285, "memfd_create": 279,
    "memfd_secret": 447, "shmget": 194, "shmat": 196, "shmctl": 195, "msgget": 186, "msgsnd": 189,
    "semget": 190, "semop": 193, "mq_open": 180, "mq_unlink": 181, "setrlimit": 164, "setuid": 146,
    "setgid": 144, "setreuid": 145, "setregid": 143, "setgroups": 159, "setresuid": 147, "setresgid": 149,
    "setfsuid": 151, "setfsgid": 152, "capset": 91, "unshare": 97, "setns": 268, "chroot": 51,
    "pivot_root": 41, "mount": 40, "umount2": 39, "swapon": 224, "reboot": 142, "sethostname": 161,
    "init_module": 105, "finit_module": 273, "delete_module": 106, "kexec_load": 104,
    "kexec_file_load": 294, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "add_key": 217,
    "request_key": 218, "keyctl": 219, "open_by_handle_at": 265, "name_to_handle_at": 264, "io_setup": 0,
    "io_submit": 2, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "fanotify_init": 262, "inotify_init1": 26, "open_tree": 428, "move_mount": 429, "fsopen": 430,
    "fsmount": 432, "mount_setattr": 442, "seccomp": 277,
}  # fmt: skip
_OPENING = {"x86_64": {2: 1, 257: 2}, "aarch64": {56: 2}}
"""open and openat, and which argument says how: reading is left to Landlock, writing ends here."""
_LIMITING = {"x86_64": 302, "aarch64": 261}
_CLONE = {"x86_64": 56, "aarch64": 220}
_SIGNAL_TO_A_THREAD = {"x86_64": 234, "aarch64": 131}
_UNKNOWN_HERE = (435, 437)
"""clone3 and openat2 hide what they ask for behind a pointer: refused as a kernel would that has them not."""
_MACHINES = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _ARM_64)}


def forbid() -> bool:
    """From here on no writing, no network, no other process. Whether it is in force; not on other machines."""
    machine = platform.machine()
    if machine not in _MACHINES:
        return False
    words = _program(machine)
    held = ctypes.create_string_buffer(b"".join(words), 8 * len(words))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(words), ctypes.addressof(held)), 16)
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_FILTER), ctypes.byref(program), 0, 0) == 0)


def _word(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value & 0xFFFFFFFF)


def _program(machine: str) -> list[bytes]:
    architecture, numbers = _MACHINES[machine]
    refuse, missing = _word(_RETURN, _ERROR | _EPERM), _word(_RETURN, _ERROR | _ENOSYS)
    words = [
        _word(_LOAD, _ARCHITECTURE),
        _word(_EQUAL, architecture, 1, 0),
        _word(_RETURN, _KILL),
        _word(_LOAD, _NUMBER),
        _word(_AT_LEAST, _FOREIGN_NUMBERS, 0, 1),
        _word(_RETURN, _KILL),
    ]
    for number in sorted(numbers.values()):
        words += [_word(_EQUAL, number, 0, 1), refuse]
    for number in _UNKNOWN_HERE:
        words += [_word(_EQUAL, number, 0, 1), missing]
    for number, argument in _OPENING[machine].items():
        words += _unless(number, argument, [_word(_ANY_BIT, _WRITES, 0, 1), refuse])
    words += _unless(_CLONE[machine], 0, [_word(_ANY_BIT, _SAME_MEMORY_THREAD, 1, 0), refuse])
    words += _unless(_SIGNAL_TO_A_THREAD[machine], 0, [_word(_EQUAL, os.getpid(), 1, 0), refuse])
    # Asking for a limit is harmless, a new one is not: the pointer to it must be empty in both halves.
    words += _unless(_LIMITING[machine], 2, [_word(_EQUAL, 0, 1, 0), refuse])
    return [*words, _word(_RETURN, _ALLOW)]


def _unless(number: int, argument: int, test: list[bytes]) -> list[bytes]:
    """For one call: look at the lower half of an argument, then at the next call."""
    body = [_word(_LOAD, _FIRST_ARGUMENT + 8 * argument), *test, _word(_RETURN, _ALLOW)]
    return [_word(_EQUAL, number, 0, len(body)), *body]
