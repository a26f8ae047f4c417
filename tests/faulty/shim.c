/* Faults on purpose, below every program: with LD_PRELOAD each step that changes the disk is counted, and one of them
   fails, is torn, or is the last thing that the processes of this session ever do. What is wanted stands in a file
   that all of them map, so that git and SQLite are seen, too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT = 0, KILL = 1, TORN = 2, ONCE = 3, FROM = 4 };

struct wanted { volatile int armed, steps, at, fault, error; };
static struct wanted *w;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULTY");
    int fd = path ? open(path, O_RDWR) : -1;
    if (fd < 0) return;
    w = mmap(NULL, sizeof *w, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (w == MAP_FAILED) w = NULL;
    close(fd);
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static void die(void) { kill(0, SIGKILL); for (;;) pause(); }

/* 0: go on. 1: fail with errno set. 2: do it, torn where it can be, and die. */
static int step(int needs_room) {
    if (!w || !w->armed) return 0;
    int now = __sync_add_and_fetch(&w->steps, 1);
    if (!w->at || now < w->at) return 0;
    if (w->fault == KILL) die();
    if (w->fault == TORN) return 2;
    if (w->fault == ONCE && now > w->at) return 0;
    if ((w->error == ENOSPC || w->error == EDQUOT) && !needs_room) return 0;
    errno = w->error;
    return 1;
}

static int device(const char *path) { return !strncmp(path, "/dev/", 5) && strncmp(path, "/dev/shm/", 9); }
static int regular(int fd) { struct stat s; return fstat(fd, &s) == 0 && S_ISREG(s.st_mode); }

#define STEP(room, failed, act) int s = step(room); if (s == 1) return failed; __auto_type r = act; if (s == 2) die(); return r

#define OPEN(name, call) { \
    int mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list a; va_start(a, flags); mode = va_arg(a, int); va_end(a); } \
    if (((flags & O_ACCMODE) == O_RDONLY && !(flags & O_CREAT)) || device(path)) return call; \
    STEP(1, -1, call); }

int open(const char *path, int flags, ...) { REAL(open); OPEN(open, real(path, flags, mode)) }
int open64(const char *path, int flags, ...) { REAL(open64); OPEN(open64, real(path, flags, mode)) }
int openat(int d, const char *path, int flags, ...) { REAL(openat); OPEN(openat, real(d, path, flags, mode)) }
int openat64(int d, const char *path, int flags, ...) { REAL(openat64); OPEN(openat64, real(d, path, flags, mode)) }

ssize_t write(int fd, const void *b, size_t n) {
    REAL(write); if (!w || !w->armed || !regular(fd)) return real(fd, b, n);
    int s = step(1); if (s == 1) return -1; if (s == 2) { real(fd, b, n / 2); die(); } return real(fd, b, n);
}
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) {
    REAL(pwrite64); int s = step(1); if (s == 1) return -1; if (s == 2) { real(fd, b, n / 2, o); die(); } return real(fd, b, n, o);
}
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) {
    REAL(pwrite); int s = step(1); if (s == 1) return -1; if (s == 2) { real(fd, b, n / 2, o); die(); } return real(fd, b, n, o);
}
ssize_t writev(int fd, const struct iovec *v, int n) { REAL(writev); if (!w || !w->armed || !regular(fd)) return real(fd, v, n); STEP(1, -1, real(fd, v, n)); }
ssize_t copy_file_range(int a, off64_t *x, int b, off64_t *y, size_t n, unsigned f) { REAL(copy_file_range); STEP(1, -1, real(a, x, b, y, n, f)); }
ssize_t sendfile(int a, int b, off_t *o, size_t n) { REAL(sendfile); STEP(1, -1, real(a, b, o, n)); }
ssize_t sendfile64(int a, int b, off64_t *o, size_t n) { REAL(sendfile64); STEP(1, -1, real(a, b, o, n)); }
int ftruncate(int fd, off_t n) { REAL(ftruncate); STEP(0, -1, real(fd, n)); }
int ftruncate64(int fd, off64_t n) { REAL(ftruncate64); STEP(0, -1, real(fd, n)); }
int fsync(int fd) { REAL(fsync); STEP(1, -1, real(fd)); }
int fdatasync(int fd) { REAL(fdatasync); STEP(1, -1, real(fd)); }
int syncfs(int fd) { REAL(syncfs); STEP(1, -1, real(fd)); }
int rename(const char *a, const char *b) { REAL(rename); STEP(1, -1, real(a, b)); }
int renameat(int x, const char *a, int y, const char *b) { REAL(renameat); STEP(1, -1, real(x, a, y, b)); }
int renameat2(int x, const char *a, int y, const char *b, unsigned f) { REAL(renameat2); STEP(1, -1, real(x, a, y, b, f)); }
int link(const char *a, const char *b) { REAL(link); STEP(1, -1, real(a, b)); }
int linkat(int x, const char *a, int y, const char *b, int f) { REAL(linkat); STEP(1, -1, real(x, a, y, b, f)); }
int symlink(const char *a, const char *b) { REAL(symlink); STEP(1, -1, real(a, b)); }
int unlink(const char *a) { REAL(unlink); STEP(0, -1, real(a)); }
int unlinkat(int d, const char *a, int f) { REAL(unlinkat); STEP(0, -1, real(d, a, f)); }
int rmdir(const char *a) { REAL(rmdir); STEP(0, -1, real(a)); }
int mkdir(const char *a, mode_t m) { REAL(mkdir); STEP(1, -1, real(a, m)); }
int mkdirat(int d, const char *a, mode_t m) { REAL(mkdirat); STEP(1, -1, real(d, a, m)); }
int chmod(const char *a, mode_t m) { REAL(chmod); STEP(0, -1, real(a, m)); }
int fchmod(int fd, mode_t m) { REAL(fchmod); STEP(0, -1, real(fd, m)); }
int fchmodat(int d, const char *a, mode_t m, int f) { REAL(fchmodat); STEP(0, -1, real(d, a, m, f)); }
