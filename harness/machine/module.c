/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "harness/machine/module.h"

#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bimetal/board.h"

enum { MAX_MODULES = 64 };

/* Those that were loaded. Written before a run, read by a signal handler in it. */
static struct loaded {
	char *path;
	const struct bimetal_module *module;
	uintptr_t base, start, end; /* where its file is loaded, and its code */
} loaded[MAX_MODULES];
static size_t n_loaded;
static const char *volatile being_loaded; /* its code runs, or its description is read */
static void (*first_load)(void);

void module_on_first_load(void (*fn)(void)) { first_load = fn; }

bool module_is_path(const char *text)
{
	size_t len = strcspn(text, ",");

	return memchr(text, '/', len) || (len > 3 && strncmp(text + len - 3, ".so", 3) == 0);
}

/* ---- where its code is ---- */

static int find_code(struct dl_phdr_info *info, size_t size, void *ctx)
{
	struct loaded *l = ctx;
	uintptr_t inside = (uintptr_t)l->module;
	bool its = false;

	(void)size;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + p->p_vaddr;

		if (p->p_type != PT_LOAD) continue;
		its |= inside >= start && inside - start < p->p_memsz;
		if (!(p->p_flags & PF_X)) continue;
		l->start = start;
		l->end = start + p->p_memsz;
		l->base = info->dlpi_addr;
	}
	return its;
}

const char *module_at(uintptr_t address, uintptr_t *base)
{
	for (size_t i = 0; i < n_loaded; i++)
		if (address >= loaded[i].start && address < loaded[i].end) {
			*base = loaded[i].base;
			return loaded[i].path;
		}
	return NULL;
}

const char *module_being_loaded(void) { return being_loaded; }

/* ---- loading ---- */

static const struct bimetal_module *refuse(char error[MODULE_ERROR_SIZE], const char *path,
					   const char *why)
{
	char kept[MODULE_ERROR_SIZE];

	snprintf(kept, sizeof(kept), "%s", why);
	snprintf(error, MODULE_ERROR_SIZE, "%.400s: %.600s", path, kept);
	return NULL;
}

/* The loader's own message begins with the path. */
static const char *without_path(const char *message, const char *path)
{
	size_t n = strlen(path);

	return message && strncmp(message, path, n) == 0 && strncmp(message + n, ": ", 2) == 0
		       ? message + n + 2
		       : message;
}

/* Is the file shorter than its program headers say? Then a part of it would be mapped that is not
 * there, and touching that kills the process. */
static bool is_cut(const char *path)
{
	FILE *f = fopen(path, "rb");
	ElfW(Ehdr) header;
	ElfW(Phdr) p;
	struct stat file;
	bool cut = false;

	if (!f) return false; /* dlopen() says what is wrong */
	if (fstat(fileno(f), &file) == 0 && fread(&header, sizeof(header), 1, f) == 1 &&
	    memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_phentsize == sizeof(p) &&
	    fseek(f, (long)header.e_phoff, SEEK_SET) == 0)
		for (unsigned i = 0; i < header.e_phnum && !cut; i++)
			cut = fread(&p, sizeof(p), 1, f) != 1 ||
			      (p.p_type == PT_LOAD &&
			       (p.p_offset > (uint64_t)file.st_size ||
				p.p_filesz > (uint64_t)file.st_size - p.p_offset));
	(void)fclose(f); /* it was only read */
	return cut;
}

static const struct bimetal_module *open_module(const char *path, char error[MODULE_ERROR_SIZE])
{
	const struct bimetal_module *module;
	char why[MODULE_ERROR_SIZE];
	void *handle;

	if (access(path, R_OK) != 0) return refuse(error, path, "there is no such file to read");
	if (is_cut(path)) return refuse(error, path, "the file is shorter than its headers say");
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		snprintf(why, sizeof(why),
			 "%.400s (is it a module that bimetal_add_model() or "
			 "bimetal_add_board() of this bimetal made?)",
			 without_path(dlerror(), path));
		return refuse(error, path, why);
	}
	module = dlsym(handle, "bimetal_module");
	if (module && !module_fault(module, why)) return module;
	(void)refuse(error, path,
		     module ? why
			    : "it has no object 'bimetal_module': it is not made by "
			      "bimetal_add_model() or bimetal_add_board()");
	(void)dlclose(handle);
	return NULL;
}

const struct bimetal_module *module_load(const char *path, size_t len,
					 char error[MODULE_ERROR_SIZE])
{
	char name[PATH_MAX];
	struct loaded *l = &loaded[n_loaded];

	/* Without a slash, dlopen() would search in the system's folders. */
	int n = snprintf(name, sizeof(name), "%s%.*s", memchr(path, '/', len) ? "" : "./", (int)len,
			 path);
	if (n < 0 || (size_t)n >= sizeof(name)) return refuse(error, "the path", "is too long");
	for (size_t i = 0; i < n_loaded; i++)
		if (strcmp(loaded[i].path, name) == 0) return loaded[i].module;
	if (n_loaded == MAX_MODULES) {
		snprintf(error, MODULE_ERROR_SIZE, "%.400s: %d modules are loaded already", name,
			 MAX_MODULES);
		return NULL;
	}
	l->path = strdup(name);
	if (!l->path) return refuse(error, name, "out of host memory");
	if (first_load) first_load();
	first_load = NULL;
	being_loaded = l->path;
	l->module = open_module(name, error);
	being_loaded = NULL;
	if (!l->module) {
		free(l->path);
		return NULL;
	}
	(void)dl_iterate_phdr(find_code, l);
	n_loaded++;
	return l->module;
}

bool module_device(const char *text, struct machine_device *device, char error[MODULE_ERROR_SIZE])
{
	const struct bimetal_module *module;

	*device = (struct machine_device){ .text = text };
	if (!module_is_path(text)) return true;
	module = module_load(text, strcspn(text, ","), error);
	if (!module) return false;
	device->model = module->model;
	if (!module->model)
		(void)refuse(error, text, "it is a board and has no device: use it as --machine");
	return module->model;
}

bool module_board(const char *text, const struct machine_kind **kind, char error[MODULE_ERROR_SIZE])
{
	const struct bimetal_module *module;

	*kind = NULL;
	if (!module_is_path(text)) return true;
	module = module_load(text, strlen(text), error);
	if (!module) return false;
	*kind = module->board;
	if (!module->board)
		(void)refuse(error, text, "it is a device and no board: use it as --device");
	return module->board;
}
