/* Stands in for Android's libc, to run the app's own shim and CPython where there is no Android: laid by LD_PRELOAD over
 * musl, whose types are Bionic's but for those below. Not for the app: only tests/mobile/test_processors.py builds it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#define OF_MUSL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* --- what is called otherwise --- */
int __libc_start_main(int (*)(int, char **, char **), int, char **, void *, void *, void *);
void __libc_init(long *stack, void *at_exit, int (*program)(int, char **, char **), void *made)
{
    __libc_start_main(program, (int)stack[0], (char **)(stack + 1), NULL, NULL, NULL);
}
int *__errno(void) { return __errno_location(); }
int *__get_h_errno(void) { return __h_errno_location(); }
int __register_atfork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void), void *library)
{
    return pthread_atfork(before, in_parent, in_child);
}
int __system_property_get(const char *name, char *value) { return *value = 0; }
void *__sched_cpualloc(size_t count) { return calloc((count + 63) / 64, 8); }
void __sched_cpufree(void *set) { free(set); }
void __FD_SET_chk(int fd, fd_set *set, size_t size) { FD_SET(fd, set); }
int __FD_ISSET_chk(int fd, const fd_set *set, size_t size) { return FD_ISSET(fd, set); }
struct cmsghdr *__cmsg_nxthdr(struct msghdr *message, struct cmsghdr *at) { abort(); } /* nobody here calls it */
char __sF[3][152];                                                                       /* nor writes to these */

/* --- what Debian's zlib wants of its own libc --- */
unsigned long __stack_chk_guard = 0x5bd1e995;
int __vsnprintf_chk(char *to, size_t size, int flag, size_t whole, const char *format, va_list rest)
{
    return vsnprintf(to, size, format, rest);
}
int __snprintf_chk(char *to, size_t size, int flag, size_t whole, const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    int length = vsnprintf(to, size, format, rest);
    va_end(rest);
    return length;
}

/* --- what is laid out otherwise --- */
struct action {
    int flags;
    void (*handler)(int);
    unsigned long mask;
    void (*restorer)(void);
};
int sigaction(int number, const struct sigaction *given, struct sigaction *before)
{
    const struct action *from = (const void *)given;
    struct action *to = (void *)before;
    struct sigaction wanted = {0}, found = {0};
    if (from != NULL) {
        wanted.sa_flags = from->flags;
        wanted.sa_handler = from->handler;
        memcpy(&wanted.sa_mask, &from->mask, sizeof from->mask);
    }
    int status = OF_MUSL(sigaction)(number, from == NULL ? NULL : &wanted, &found);
    if (status == 0 && to != NULL) {
        to->flags = found.sa_flags;
        to->handler = found.sa_handler;
        memcpy(&to->mask, &found.sa_mask, sizeof to->mask);
    }
    return status;
}
int getaddrinfo(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **found)
{
    int status = OF_MUSL(getaddrinfo)(host, port, hints, found);
    for (struct addrinfo *each = status == 0 ? *found : NULL; each != NULL; each = each->ai_next) {
        void *address = each->ai_addr;
        each->ai_addr = (void *)each->ai_canonname;
        each->ai_canonname = address;
    }
    return status;
}
long sysconf(int bionic)
{
    switch (bionic) {
    case 0x06: return OF_MUSL(sysconf)(_SC_CLK_TCK);
    case 0x0b: return OF_MUSL(sysconf)(_SC_OPEN_MAX);
    case 0x27:
    case 0x28: return OF_MUSL(sysconf)(_SC_PAGESIZE);
    case 0x60: return OF_MUSL(sysconf)(_SC_NPROCESSORS_CONF);
    case 0x61: return OF_MUSL(sysconf)(_SC_NPROCESSORS_ONLN);
    default: return -1;
    }
}
