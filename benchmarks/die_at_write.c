/* Preloaded into a process: kill it at its n-th call that changes files in a folder.

   DIE_UNDER  the folder; other files don't count
   DIE_AT     n, from 1; 0 to live
   DIE_HALF   anything: where the n-th call writes bytes, write half of them first, as a kill in between may
   DIE_LOG    a file that takes a line for each call so far: its name and the path

   cc -shared -fPIC -O2 -o die_at_write.so die_at_write.c -ldl
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static int is_ours(const char *path) {
    const char *under = getenv("DIE_UNDER");
    return under && path && strncmp(path, under, strlen(under)) == 0;
}

/* Count a call; whether the process is to die at it. */
static int counted(const char *name, const char *path) {
    static atomic_int log;
    long number = atomic_fetch_add(&calls, 1) + 1;
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%s %s\n", name, path);
    if (getenv("DIE_LOG")) {
        if (!log) log = syscall(SYS_openat, AT_FDCWD, getenv("DIE_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        syscall(SYS_write, log, line, length);
    }
    const char *at = getenv("DIE_AT");
    return at && number == atol(at);
}

static void step(const char *name, const char *path) {
    if (is_ours(path) && counted(name, path)) die();
}

/* The path of a descriptor, if its file counts. */
static const char *path_of(int descriptor, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
    return is_ours(path) ? path : NULL;
}

static int dies_here(const char *name, int descriptor) {
    char path[PATH_MAX];
    return path_of(descriptor, path) && counted(name, path);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define WRITES(name, extra, ...)                                                              \
    ssize_t name(int fd, const void *data, size_t size extra) {                               \
        if (dies_here(#name, fd)) {                                                           \
            if (getenv("DIE_HALF")) NEXT(name)(fd, data, size / 2 __VA_ARGS__);               \
            die();                                                                            \
        }                                                                                     \
        return NEXT(name)(fd, data, size __VA_ARGS__);                                        \
    }
#define AT_OFFSET , off_t offset
WRITES(write, )
WRITES(pwrite, AT_OFFSET, , offset)
WRITES(pwrite64, AT_OFFSET, , offset)

#define ON_DESCRIPTOR(type, name, extra, ...)                                                 \
    type name(int fd extra) {                                                                 \
        if (dies_here(#name, fd)) die();                                                      \
        return NEXT(name)(fd __VA_ARGS__);                                                    \
    }
#define OF_VECTOR , const struct iovec *parts, int count
#define OF_SIZE , off_t size
ON_DESCRIPTOR(int, fsync, )
ON_DESCRIPTOR(int, fdatasync, )
ON_DESCRIPTOR(int, ftruncate, OF_SIZE, , size)
ON_DESCRIPTOR(int, ftruncate64, OF_SIZE, , size)
ON_DESCRIPTOR(ssize_t, writev, OF_VECTOR, , parts, count)

#define ON_PATH(name, declared, path, ...)                                                    \
    int name declared {                                                                       \
        step(#name, path);                                                                    \
        return NEXT(name)(__VA_ARGS__);                                                       \
    }
ON_PATH(rename, (const char *from, const char *to), to, from, to)
ON_PATH(renameat2, (int a, const char *from, int b, const char *to, unsigned flags), to, a, from, b, to, flags)
ON_PATH(link, (const char *from, const char *to), to, from, to)
ON_PATH(unlink, (const char *path), path, path)
ON_PATH(remove, (const char *path), path, path)
ON_PATH(unlinkat, (int folder, const char *path, int flags), path, folder, path, flags)
ON_PATH(mkdir, (const char *path, mode_t mode), path, path, mode)
ON_PATH(rmdir, (const char *path), path, path)

#define OPENS(name, declared, path, ...)                                                      \
    int name declared {                                                                       \
        va_list more;                                                                         \
        va_start(more, flags);                                                                \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0;             \
        va_end(more);                                                                         \
        if (flags & (O_CREAT | O_TRUNC)) step(#name, path);                                   \
        return NEXT(name)(__VA_ARGS__, flags, mode);                                          \
    }
OPENS(open, (const char *path, int flags, ...), path, path)
OPENS(open64, (const char *path, int flags, ...), path, path)
OPENS(openat, (int folder, const char *path, int flags, ...), path, folder, path)
OPENS(openat64, (int folder, const char *path, int flags, ...), path, folder, path)
