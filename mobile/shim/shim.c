/* The engine's process on Android: starts CPython, which lies beside this program among the app's libraries, with the
 * Python that the app has unpacked, and runs bluezone_mobile.service in it.
 *
 *     libbluezone_shim.so PYTHON PHONE      PYTHON: the folder unpacked by Shim.java; PHONE: the phone's folder
 *
 * Address and token come in the environment, where service.py takes them out. It ends as that module ends: by itself
 * once the app is gone. Whatever goes wrong is written to standard error, which the app reads: what kept Python from
 * starting, an exception's traceback, or, by faulthandler, where each thread was when a signal ended it.
 *
 * The same source is compiled for desktops, where the tests run it. For Android there is no NDK here: the headers are
 * musl's, so nothing of libc is called whose types could differ from Bionic's, and `_start` stands here, too.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>
#include <unistd.h>

#ifndef MODULE
#define MODULE L"bluezone_mobile.service"
#endif
#define LONGEST_PATH 4096
#define DID_NOT_START 3

static void say(const char *text)
{
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t written = write(STDERR_FILENO, text, length);
        if (written <= 0)
            return;
        text += written;
        length -= (size_t)written;
    }
}

static int refuse(const char *what, const char *why)
{
    say("bluezone: ");
    say(what);
    if (why != NULL && *why != '\0') {
        say(": ");
        say(why);
    }
    say("\n");
    return DID_NOT_START;
}

/* Appends FOLDER, or FOLDER/NAME, to the list of where modules are looked for. */
static PyStatus search(PyConfig *config, const char *folder, const char *name)
{
    char path[LONGEST_PATH];
    size_t folder_length = strlen(folder), name_length = strlen(name);
    if (folder_length + name_length + 2 > sizeof path)
        return PyStatus_Error("a path is too long");
    memcpy(path, folder, folder_length);
    path[folder_length] = '/';
    memcpy(path + folder_length + 1, name, name_length + 1);
    wchar_t *wide = Py_DecodeLocale(path, NULL);
    if (wide == NULL)
        return PyStatus_NoMemory();
    PyStatus status = PyWideStringList_Append(&config->module_search_paths, wide);
    PyMem_RawFree(wide);
    return status;
}

static PyStatus configure(PyConfig *config, const char *python, char **arguments)
{
    static const char *const folders[] = {"stdlib", "app"};

    config->isolated = 1; /* no setting of Python's in the environment counts */
    config->site_import = 0;
    config->write_bytecode = 0;
    config->buffered_stdio = 0;
    config->faulthandler = 1;
    config->install_signal_handlers = 1;
    config->parse_argv = 0;
    PyStatus status = PyConfig_SetBytesString(config, &config->home, python);
    if (PyStatus_Exception(status))
        return status;
    status = PyConfig_SetString(config, &config->run_module, MODULE);
    if (PyStatus_Exception(status))
        return status;
    status = PyConfig_SetBytesArgv(config, 2, arguments);
    if (PyStatus_Exception(status))
        return status;
    for (size_t at = 0; at < sizeof folders / sizeof *folders; at++) {
        status = search(config, python, folders[at]);
        if (PyStatus_Exception(status))
            return status;
    }
    config->module_search_paths_set = 1;
    return PyStatus_Ok();
}

int main(int count, char **arguments)
{
    if (count != 3)
        return refuse("called with other arguments than PYTHON PHONE", NULL);
    char *given[] = {arguments[0], arguments[2]};

    PyPreConfig early;
    PyPreConfig_InitIsolatedConfig(&early);
    early.utf8_mode = 1;
    PyStatus status = Py_PreInitialize(&early);
    if (PyStatus_Exception(status))
        return refuse("Python did not start", status.err_msg);

    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    status = configure(&config, arguments[1], given);
    if (!PyStatus_Exception(status))
        status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status))
        return refuse("Python did not start", status.err_msg);
    return Py_RunMain();
}

#ifdef BLUEZONE_ANDROID
/* What the NDK's crtbegin_dynamic.o does: hand the stack of a new process to Bionic, which calls main and exits. Of the
 * lists of constructors and destructors that it would be handed, too, this program has none. */
typedef struct {
    void (**none[3])(void);
    size_t counts[3];
} structors;

__attribute__((noreturn)) void __libc_init(void *stack, void (*at_exit)(void),
                                           int (*program)(int, char **), const structors *made);

__attribute__((noreturn, used)) void bluezone_begin(void *stack)
{
    static const structors none;
    __libc_init(stack, NULL, main, &none);
}

#if defined __aarch64__
__asm__(".globl _start\n_start:\n\tmov x29, xzr\n\tmov x0, sp\n\tb bluezone_begin\n");
#elif defined __x86_64__
__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall bluezone_begin\n\thlt\n");
#endif
#endif
