/* Preloaded into the tool, it makes calls on named files go wrong, each time they are made.

   FAULTS has a line for each fault, with tabs between: CALL FROM TO ACTION ARGUMENT PATH. CALL is open, stat, read, list
   or write; PATH a part of the path that the call names or that its descriptor has, up to a name's end; FROM and TO the
   offsets, or in a list the numbers of the entries, between which it strikes. */

#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

enum { FAULTS = 64, WIDTH = 1024 };

static struct fault {
	char call[16], action[16], argument[WIDTH], path[WIDTH];
	long from, to, listed;
} faults[FAULTS];

__attribute__((constructor)) static void learn(void) {
	const char *line = getenv("FAULTS");
	for (int at = 0; line && *line && at < FAULTS; at++) {
		struct fault *f = &faults[at];
		if (sscanf(line, "%15[^\t]\t%ld\t%ld\t%15[^\t]\t%1023[^\t]\t%1023[^\n]", f->call, &f->from, &f->to, f->action,
		           f->argument, f->path) != 6)
			abort();
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
}

/* Read what lies behind the end of a file that is mapped. */
static void bus(void) {
	int fd = (int)memfd_create("cut", 0);
	if (ftruncate(fd, 4096))
		abort();
	volatile char *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	if (ftruncate(fd, 0))
		abort();
	(void)*page;
}

static void run(char *command) {
	char *argv[] = {"sh", "-c", command, NULL}, *environment[] = {"PATH=/usr/bin:/bin", NULL};
	pid_t child;
	if (posix_spawn(&child, "/bin/sh", NULL, NULL, argv, environment))
		abort();
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Say whether the path, or a directory above it, ends with what the fault names. */
static int meant(const struct fault *f, const char *path) {
	const char *found = strstr(path, f->path);
	unsigned char next = found ? (unsigned char)found[strlen(f->path)] : 0;
	return found && !isalnum(next) && !strchr("-_.", next ? next : '/');
}

/* Say whether the call is to fail, with errno set. */
static int strike(const char *call, const char *path, long at, size_t size) {
	int before = errno;
	for (struct fault *f = faults; f < faults + FAULTS && f->call[0]; f++) {
		if (strcmp(f->call, call) || !meant(f, path))
			continue;
		long first = at < 0 ? f->listed++ : at, last = size ? first + (long)size - 1 : first;
		if (last < f->from || first >= f->to)
			continue;
		if (!strcmp(f->action, "fail")) {
			errno = atoi(f->argument);
			return 1;
		}
		if (!strcmp(f->action, "run"))
			run(f->argument);
		else if (!strcmp(f->action, "wait"))
			usleep((useconds_t)atoi(f->argument) * 1000);
		else if (!strcmp(f->action, "hang"))
			for (;;)
				pause();
		else if (!strcmp(f->action, "segv"))
			*(volatile int *)NULL = 0;
		else if (!strcmp(f->action, "bus"))
			bus();
		else if (!strcmp(f->action, "exit"))
			_exit(atoi(f->argument));
		else
			abort();
	}
	errno = before;
	return 0;
}

static int struck(const char *call, int fd, long at, size_t size) {
	char link[64], path[WIDTH];
	int before = errno;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t length = readlink(link, path, sizeof path - 1);
	errno = before;
	if (length < 0)
		return 0;
	path[length] = 0;
	return strike(call, path, at, size);
}

#define OPEN(name)                                                  \
	int name(const char *path, int flags, ...) {                    \
		va_list more;                                               \
		va_start(more, flags);                                      \
		mode_t mode = va_arg(more, mode_t);                         \
		va_end(more);                                               \
		return strike("open", path, 0, 0) ? -1 : REAL(name)(path, flags, mode); \
	}
OPEN(open)
OPEN(open64)

#define STAT(name, status)                                          \
	int name(const char *path, struct status *to) {                 \
		return strike("stat", path, 0, 0) ? -1 : REAL(name)(path, to); \
	}
STAT(stat, stat)
STAT(stat64, stat64)
STAT(lstat, stat)
STAT(lstat64, stat64)

#define READ(name, offset)                                                                \
	ssize_t name(int fd, void *to, size_t size, offset at) {                              \
		return struck("read", fd, (long)at, size) ? -1 : REAL(name)(fd, to, size, at); \
	}
READ(pread, off_t)
READ(pread64, off64_t)

#define WRITE(name, offset)                                                       \
	ssize_t name(int fd, const void *from, size_t size, offset at) {              \
		return struck("write", fd, (long)at, size) ? -1 : REAL(name)(fd, from, size, at); \
	}
WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *from, size_t size) {
	return struck("write", fd, lseek(fd, 0, SEEK_CUR), size) ? -1 : REAL(write)(fd, from, size);
}

#define LIST(name, entry)                                                   \
	struct entry *name(DIR *directory) {                                    \
		return struck("list", dirfd(directory), -1, 0) ? NULL : REAL(name)(directory); \
	}
LIST(readdir, dirent)
LIST(readdir64, dirent64)
