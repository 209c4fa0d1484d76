/* SPDX-License-Identifier: MIT
 *
 * Lists of files of package managers, gone through once for shared objects; the
 * paths are kept as hashes.  Everything read is bounded, and a name is only
 * taken when it could stand in a command as it is.  Called by owner.c.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/textbuf.h"
#include "facts/owner_metadata.h"
#include "facts/owner_place.h"
#include "facts/owner_system.h"

#define SYSTEMS_MAX   8
#define LISTS_MAX     16384
#define FILES_MAX     65536
#define LIST_SIZE_MAX (64 << 20)
#define BYTES_MAX     (256 << 20) /* of all lists of a system */

/* A shared object that a package has brought. */
struct installed {
	uint64_t hash; /* of its path, from the prefix on */
	char package[OWNER_PACKAGE_MAX];
};

struct system {
	enum owner_manager manager;
	char *prefix; /* the directory that paths in the lists start from */
	unsigned count, room;
	struct installed *installed;
	uint64_t bytes; /* read so far */
	/* of the list that is being read */
	char package[OWNER_PACKAGE_MAX];
	char directory[OWNER_PATH_MAX];
};

struct owner_systems {
	unsigned count;
	struct system *systems[SYSTEMS_MAX];
	uint64_t absent; /* hash of the place that was looked for in vain last */
};

struct owner_systems *owner_systems_new(void)
{
	return calloc(1, sizeof(struct owner_systems));
}

void owner_systems_free(struct owner_systems *systems)
{
	if (!systems)
		return;
	for (unsigned i = 0; i < systems->count; i++) {
		free(systems->systems[i]->prefix);
		free(systems->systems[i]->installed);
		free(systems->systems[i]);
	}
	free(systems);
}

/* Takes NAME for the package of what comes; "" when it is no plain name. */
static void set_package(struct system *system, const char *name, size_t length)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789.+_-";

	system->package[0] = '\0';
	if (!length || length >= sizeof(system->package) || *name == '-')
		return;
	memcpy(system->package, name, length);
	system->package[length] = '\0';
	if (system->package[strspn(system->package, plain)])
		system->package[0] = '\0';
}

static bool is_shared_object(const char *path, size_t length)
{
	return length > 3 && memcmp(path + length - 3, ".so", 3) == 0;
}

static void add_file(struct system *system, const char *path, size_t length)
{
	unsigned room = system->room ? 2 * system->room : 256;
	struct installed *grown;

	if (!system->package[0] || system->count >= FILES_MAX)
		return;
	if (system->count == system->room) {
		grown = realloc(system->installed, room * sizeof(*grown));
		if (!grown)
			return;
		system->installed = grown;
		system->room = room;
	}
	grown = &system->installed[system->count++];
	grown->hash = owner_hash(path, length);
	memcpy(grown->package, system->package, sizeof(grown->package));
}

static bool count_bytes(struct system *system, size_t length)
{
	system->bytes += length + 1;
	return system->bytes <= BYTES_MAX;
}

/* "/usr/lib/python3/dist-packages/x.so" */
static bool take_dpkg_line(void *context, const char *line, size_t length)
{
	struct system *system = context;

	if (is_shared_object(line, length) && line[0] == '/')
		add_file(system, line + 1, length - 1);
	return count_bytes(system, length);
}

/* P: package, F: directory, R: file in it; a blank line ends a package */
static bool take_apk_line(void *context, const char *line, size_t length)
{
	struct system *system = context;
	char path[2 * OWNER_PATH_MAX];
	struct npabi_textbuf buf;

	if (length < 2 || line[1] != ':')
		return count_bytes(system, length);
	if (line[0] == 'P') {
		set_package(system, line + 2, length - 2);
	} else if (line[0] == 'F' && length - 2 < sizeof(system->directory)) {
		memcpy(system->directory, line + 2, length - 2);
		system->directory[length - 2] = '\0';
	} else if (line[0] == 'R' && is_shared_object(line, length)) {
		npabi_textbuf_init(&buf, path, sizeof(path));
		npabi_textbuf_string(&buf, system->directory);
		npabi_textbuf_char(&buf, '/');
		npabi_textbuf_bytes(&buf, line + 2, length - 2);
		if (!buf.truncated)
			add_file(system, path, buf.length);
	}
	return count_bytes(system, length);
}

/* A string of the list "files", one a line: "lib/python3.9/site-packages/x.so", */
static bool take_conda_line(void *context, const char *line, size_t length)
{
	struct system *system = context;
	const char *start = memchr(line, '"', length);
	const char *end =
		start ? memchr(start + 1, '"', length - (size_t)(start + 1 - line))
		      : NULL;

	if (end && is_shared_object(start + 1, (size_t)(end - start) - 1))
		add_file(system, start + 1, (size_t)(end - start) - 1);
	return count_bytes(system, length);
}

/* The length of the package's name in that of a list; 0: it is no list. */
static size_t package_length(enum owner_manager manager, const char *name)
{
	const char *suffix = manager == OWNER_DPKG ? ".list" : ".json";
	size_t length = strlen(name), dashes = 0;

	if (length < 6 || strcmp(name + length - 5, suffix) != 0)
		return 0;
	length -= 5;
	if (manager == OWNER_DPKG) /* "python3-pandas-lib:amd64" */
		return memchr(name, ':', length) ? strcspn(name, ":") : length;
	while (length && dashes < 2) /* "pandas-2.0.3-py39h40cae4c_1" */
		dashes += name[--length] == '-';
	return length;
}

static void read_lists(struct system *system, const char *directory_path,
		       owner_line_handler *handler)
{
	DIR *directory = opendir(directory_path);
	const struct dirent *entry;
	unsigned lists = 0;

	if (!directory)
		return;
	while ((entry = readdir(directory)) != NULL && lists < LISTS_MAX) {
		char path[OWNER_PATH_MAX + 256];
		struct npabi_textbuf buf;

		set_package(system, entry->d_name,
			    package_length(system->manager, entry->d_name));
		if (!system->package[0] || system->bytes > BYTES_MAX)
			continue;
		npabi_textbuf_init(&buf, path, sizeof(path));
		npabi_textbuf_string(&buf, directory_path);
		npabi_textbuf_char(&buf, '/');
		npabi_textbuf_string(&buf, entry->d_name);
		owner_each_line(path, LIST_SIZE_MAX, handler, system);
		lists++;
	}
	closedir(directory);
}

static void read_system(struct system *system, const char *place)
{
	switch (system->manager) {
	case OWNER_DPKG:
		read_lists(system, place, take_dpkg_line);
		break;
	case OWNER_CONDA:
		read_lists(system, place, take_conda_line);
		break;
	case OWNER_APK:
		owner_each_line(place, LIST_SIZE_MAX, take_apk_line, system);
		break;
	default:
		break;
	}
}

/* The system of the first LENGTH bytes of CLEAN, with lists at PLACE; NULL: no room. */
static struct system *get_system(struct owner_systems *systems, const char *clean,
				 size_t length, enum owner_manager manager,
				 const char *place)
{
	struct system *system;

	for (unsigned i = 0; i < systems->count; i++) {
		system = systems->systems[i];
		if (system->manager == manager && strlen(system->prefix) == length &&
		    memcmp(system->prefix, clean, length) == 0)
			return system;
	}
	if (systems->count == SYSTEMS_MAX)
		return NULL;
	system = calloc(1, sizeof(*system));
	if (!system)
		return NULL;
	system->manager = manager;
	system->prefix = strndup(clean, length);
	if (!system->prefix) {
		free(system);
		return NULL;
	}
	systems->systems[systems->count++] = system;
	read_system(system, place);
	return system;
}

/* A package manager, and where it keeps its lists below the root. */
struct keeper {
	enum owner_manager manager;
	char place[28];
};

static const struct keeper conda = {OWNER_CONDA, "/conda-meta"};
static const struct keeper system_keepers[] = {
	{OWNER_DPKG, "/var/lib/dpkg/info"},
	{OWNER_APK, "/lib/apk/db/installed"},
	{OWNER_RPM, "/var/lib/rpm"},
	{OWNER_RPM, "/usr/lib/sysimage/rpm"},
};

/*
 * Asks KEEPER, if it has its lists below the first LENGTH bytes of CLEAN; false
 * when it has not.
 */
static bool ask(struct owner_systems *systems, const char *clean, size_t length,
		const struct keeper *keeper, struct owner *owner_)
{
	char path[OWNER_PATH_MAX + 64];
	const char *rest = clean + length + 1;
	struct npabi_textbuf buf;
	struct system *system;
	uint64_t hash;

	npabi_textbuf_init(&buf, path, sizeof(path));
	npabi_textbuf_bytes(&buf, clean, length);
	npabi_textbuf_string(&buf, keeper->place);
	hash = owner_hash(path, buf.length);
	if (hash == systems->absent)
		return false;
	if (access(path, F_OK) != 0) {
		systems->absent = hash;
		return false;
	}
	owner_->manager = keeper->manager;
	system = get_system(systems, clean, length, keeper->manager, path);
	hash = owner_hash(rest, strlen(rest));
	for (unsigned i = 0; system && i < system->count; i++) {
		if (system->installed[i].hash == hash)
			memcpy(owner_->package, system->installed[i].package,
			       sizeof(owner_->package));
	}
	return true;
}

static bool ask_system(struct owner_systems *systems, const char *clean, size_t length,
		       struct owner *owner_)
{
	for (size_t i = 0; i < sizeof(system_keepers) / sizeof(system_keepers[0]); i++)
		if (ask(systems, clean, length, &system_keepers[i], owner_))
			return true;
	return false;
}

void owner_systems_find(struct owner_systems *systems, const char *clean, bool lists,
			struct owner *owner_)
{
	const char *at;

	for (at = strstr(clean, "/lib/python"); at; at = strstr(at + 1, "/lib/python")) {
		if (ask(systems, clean, (size_t)(at - clean), &conda, owner_))
			return;
	}
	for (at = strstr(clean, "/usr/"); at && !lists; at = strstr(at + 1, "/usr/")) {
		if (strncmp(at, "/usr/local/", 11) == 0)
			continue;
		if (ask_system(systems, clean, (size_t)(at - clean), owner_))
			return;
	}
}
