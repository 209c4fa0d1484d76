/* SPDX-License-Identifier: MIT
 *
 * Which distribution has installed a file.  The directory's distributions are
 * looked at in the order of how likely they are: what is remembered, the one that
 * has the package's own name, those with a name like it, then every RECORD in
 * turn, and at last those that have no list of files and only name packages.  Paths are
 * kept as hashes: two that clash would give a wrong name in a log, no more.
 * Called by owner.c.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/textbuf.h"
#include "facts/owner_index.h"
#include "facts/owner_metadata.h"
#include "facts/owner_names.h"
#include "facts/owner_place.h"

#define DISTRIBUTIONS_MAX 4096
#define FILES_MAX	  65536
#define LIST_SIZE_MAX	  (16 << 20) /* of one RECORD */
#define ENTRY_MAX	  128

enum metadata_kind {
	METADATA_DIST_INFO, /* NAME-VERSION.dist-info/ */
	METADATA_EGG_INFO,  /* NAME-VERSION.egg-info, a directory or a single file */
	METADATA_EGG	    /* EGG-INFO/ of an egg, which owns all there is */
};

struct distribution {
	enum metadata_kind kind;
	bool loaded;	/* its list of files has been read, if there is one */
	bool has_list;	/* such a list was there */
	bool has_names; /* top_level.txt was there */
	bool described; /* owner has been filled in */
	char entry[ENTRY_MAX];
	struct owner owner; /* its module is not used */
};

/* A file or a top-level name that a distribution claims. */
struct claimed {
	uint64_t hash;
	uint32_t distribution;
	bool is_name;
};

struct owner_index {
	char *root;
	struct timespec changed; /* the directory's time of change when it was read */
	uint64_t inode;
	unsigned distribution_count, distribution_room;
	struct distribution *distributions;
	unsigned claimed_count, claimed_room;
	struct claimed *claimed;
	unsigned next_unread; /* the search for lists goes on here */
};

/* Makes room for one more in a growing array; NULL when there is none. */
static void *grow(void *array, unsigned count, unsigned *room, size_t size)
{
	unsigned wanted = *room ? *room * 2 : 32;
	void *grown;

	if (count < *room)
		return array;
	grown = realloc(array, wanted * size);
	if (grown)
		*room = wanted;
	return grown;
}

static bool read_change(const char *root, struct timespec *changed_, uint64_t *inode_)
{
	struct stat st;

	/* by number, as the symbol of fstatat() is too new for old systems */
	if (syscall(SYS_newfstatat, AT_FDCWD, root, &st, 0) != 0)
		return false;
	*changed_ = st.st_mtim;
	*inode_ = st.st_ino;
	return true;
}

/* What kind of metadata the directory entry NAME is; false: none. */
static bool classify(const char *name, enum metadata_kind *kind_)
{
	const char *dot = strrchr(name, '.');

	if (strcmp(name, "EGG-INFO") == 0)
		*kind_ = METADATA_EGG;
	else if (dot && dot != name && strcmp(dot, ".dist-info") == 0)
		*kind_ = METADATA_DIST_INFO;
	else if (dot && dot != name && strcmp(dot, ".egg-info") == 0)
		*kind_ = METADATA_EGG_INFO;
	else
		return false;
	return strlen(name) < ENTRY_MAX;
}

static void add_distribution(struct owner_index *index, const char *name,
			     enum metadata_kind kind)
{
	struct distribution *grown, *distribution;

	if (index->distribution_count >= DISTRIBUTIONS_MAX)
		return;
	grown = grow(index->distributions, index->distribution_count,
		     &index->distribution_room, sizeof(*grown));
	if (!grown)
		return;
	index->distributions = grown;
	distribution = &grown[index->distribution_count++];
	memset(distribution, 0, sizeof(*distribution));
	distribution->kind = kind;
	memcpy(distribution->entry, name, strlen(name) + 1);
}

static int compare_distributions(const void *a, const void *b)
{
	return strcmp(((const struct distribution *)a)->entry,
		      ((const struct distribution *)b)->entry);
}

static void read_directory(struct owner_index *index)
{
	DIR *directory = opendir(index->root);
	const struct dirent *entry;

	if (!directory)
		return;
	while ((entry = readdir(directory)) != NULL) {
		enum metadata_kind kind;

		if (classify(entry->d_name, &kind))
			add_distribution(index, entry->d_name, kind);
	}
	closedir(directory);
	/* the order of a directory is chance, an answer must not be */
	if (index->distribution_count)
		qsort(index->distributions, index->distribution_count,
		      sizeof(*index->distributions), compare_distributions);
}

struct owner_index *owner_index_new(const char *path, size_t length)
{
	struct owner_index *index = calloc(1, sizeof(*index));

	if (!index)
		return NULL;
	index->root = strndup(path, length);
	if (!index->root) {
		free(index);
		return NULL;
	}
	/* the time first: what comes in between is then seen as a change */
	if (read_change(index->root, &index->changed, &index->inode))
		read_directory(index);
	return index;
}

void owner_index_free(struct owner_index *index)
{
	if (!index)
		return;
	free(index->root);
	free(index->distributions);
	free(index->claimed);
	free(index);
}

bool owner_index_is_of(const struct owner_index *index, const char *path, size_t length)
{
	return strncmp(index->root, path, length) == 0 && index->root[length] == '\0';
}

bool owner_index_has_any(const struct owner_index *index)
{
	return index->distribution_count > 0;
}

bool owner_index_is_stale(const struct owner_index *index)
{
	struct timespec changed = {0};
	uint64_t inode = 0;

	read_change(index->root, &changed, &inode);
	return inode != index->inode || changed.tv_sec != index->changed.tv_sec ||
	       changed.tv_nsec != index->changed.tv_nsec;
}

/* --- names ----------------------------------------------------------------- */

/* The distribution's project name: its entry up to the version. */
static struct owner_name project_name(const struct distribution *distribution)
{
	const char *entry = distribution->entry;
	/* from the end, as .dist-info has a dash of its own; EGG-INFO has no dot */
	const char *dot = strrchr(entry, '.');
	const char *end = dot ? dot : entry + strlen(entry);
	const char *dash = memchr(entry, '-', (size_t)(end - entry));

	return (struct owner_name){entry, dash ? dash : end};
}

/* The first package in RELATIVE, or the module if it is alone. */
static struct owner_name top_name(const char *relative)
{
	size_t length = strcspn(relative, strchr(relative, '/') ? "/" : ".");

	return (struct owner_name){relative, relative + length};
}

static uint64_t hash_name(struct owner_name name)
{
	return owner_hash(name.start, (size_t)(name.end - name.start));
}

/* --- lists of files -------------------------------------------------------- */

struct loading {
	struct owner_index *index;
	uint32_t distribution;
};

static void claim(struct loading *loading, const char *bytes, size_t length, bool is_name)
{
	struct owner_index *index = loading->index;
	struct claimed *grown;

	if (index->claimed_count >= FILES_MAX)
		return;
	grown = grow(index->claimed, index->claimed_count, &index->claimed_room,
		     sizeof(*grown));
	if (!grown)
		return;
	index->claimed = grown;
	grown[index->claimed_count++] = (struct claimed){
		.hash = owner_hash(bytes, length),
		.distribution = loading->distribution,
		.is_name = is_name,
	};
}

static bool is_shared_object(const char *path, size_t length)
{
	return length > 3 && memcmp(path + length - 3, ".so", 3) == 0;
}

/* A line of RECORD: only extension files are worth remembering. */
static bool take_record_line(void *context, const char *line, size_t length)
{
	char scratch[1024];
	const char *field;
	size_t field_length =
		owner_record_field(line, length, scratch, sizeof(scratch), &field);

	if (is_shared_object(field, field_length))
		claim(context, field, field_length, false);
	return true;
}

/* A line of installed-files.txt: a path as seen from within the .egg-info. */
static bool take_installed_line(void *context, const char *line, size_t length)
{
	if (length > 3 && memcmp(line, "../", 3) == 0 &&
	    is_shared_object(line + 3, length - 3))
		claim(context, line + 3, length - 3, false);
	return true;
}

static bool take_top_level_line(void *context, const char *line, size_t length)
{
	if (length)
		claim(context, line, length, true);
	return true;
}

/* The path of FILE in the metadata of DISTRIBUTION; FILE "" is the entry itself. */
static bool metadata_path(const struct owner_index *index,
			  const struct distribution *distribution, const char *file,
			  char *path)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, path, OWNER_PATH_MAX);
	npabi_textbuf_string(&buf, index->root);
	npabi_textbuf_char(&buf, '/');
	npabi_textbuf_string(&buf, distribution->entry);
	npabi_textbuf_string(&buf, file[0] ? "/" : "");
	npabi_textbuf_string(&buf, file);
	return !buf.truncated;
}

static enum owner_file load_list(struct owner_index *index, unsigned number,
				 const char *file, owner_line_handler *handler)
{
	struct loading loading = {.index = index, .distribution = number};
	char path[OWNER_PATH_MAX];

	if (!metadata_path(index, &index->distributions[number], file, path))
		return OWNER_FILE_BAD;
	return owner_each_line(path, LIST_SIZE_MAX, handler, &loading);
}

/* A list that is there and cannot be read is not the same as none: it may not fit. */
static void load(struct owner_index *index, unsigned number)
{
	struct distribution *distribution = &index->distributions[number];
	enum owner_file list = OWNER_FILE_ABSENT;

	if (distribution->loaded)
		return;
	distribution->loaded = true;
	if (distribution->kind == METADATA_DIST_INFO)
		list = load_list(index, number, "RECORD", take_record_line);
	if (distribution->kind == METADATA_EGG_INFO)
		list = load_list(index, number, "installed-files.txt",
				 take_installed_line);
	distribution->has_list = list != OWNER_FILE_ABSENT;
	if (distribution->has_list)
		return;
	list = load_list(index, number, "top_level.txt", take_top_level_line);
	distribution->has_names = list != OWNER_FILE_ABSENT;
}

/* Who has claimed HASH since the first FROM claims; -1: nobody. */
static int find_claim(const struct owner_index *index, unsigned from, uint64_t hash,
		      bool is_name)
{
	for (unsigned i = from; i < index->claimed_count; i++) {
		const struct claimed *claimed = &index->claimed[i];

		if (claimed->hash == hash && claimed->is_name == is_name)
			return (int)claimed->distribution;
	}
	return -1;
}

/* Does DISTRIBUTION claim it?  Two may claim a name, as of a namespace package. */
static bool has_claim(const struct owner_index *index, unsigned distribution,
		      uint64_t hash, bool is_name)
{
	for (unsigned i = 0; i < index->claimed_count; i++) {
		const struct claimed *claimed = &index->claimed[i];

		if (claimed->hash == hash && claimed->distribution == distribution &&
		    claimed->is_name == is_name)
			return true;
	}
	return false;
}

/* --- the search ------------------------------------------------------------ */

/*
 * A distribution whose name is that of the package, and either lists the file
 * or has no list to say otherwise.
 */
static int find_by_name(struct owner_index *index, struct owner_name top, uint64_t file,
			enum owner_claim *claim_)
{
	for (unsigned i = 0; i < index->distribution_count; i++) {
		const struct distribution *distribution = &index->distributions[i];

		if (distribution->kind != METADATA_EGG &&
		    !owner_name_same(project_name(distribution), top))
			continue;
		load(index, i);
		if (has_claim(index, i, file, false)) {
			*claim_ = OWNER_BY_FILE;
			return (int)i;
		}
		if (!distribution->has_list &&
		    (!distribution->has_names ||
		     has_claim(index, i, hash_name(top), true))) {
			*claim_ = OWNER_BY_NAME;
			return (int)i;
		}
	}
	return -1;
}

/* A guess at whose list to read first: those whose name is like the package's. */
static int find_akin(struct owner_index *index, struct owner_name top, uint64_t file)
{
	for (unsigned i = 0; i < index->distribution_count; i++) {
		const struct distribution *distribution = &index->distributions[i];

		if (distribution->loaded ||
		    !owner_name_akin(project_name(distribution), top))
			continue;
		load(index, i);
		if (has_claim(index, i, file, false))
			return (int)i;
	}
	return -1;
}

/* Reads one list after the other until one of them has the file. */
static int find_in_unread(struct owner_index *index, uint64_t file)
{
	while (index->next_unread < index->distribution_count) {
		unsigned from = index->claimed_count;
		int found;

		load(index, index->next_unread++);
		found = find_claim(index, from, file, false);
		if (found >= 0)
			return found;
	}
	return -1;
}

static int find(struct owner_index *index, const char *relative, enum owner_claim *claim_)
{
	uint64_t file = owner_hash(relative, strlen(relative));
	struct owner_name top = top_name(relative);
	int found;

	*claim_ = OWNER_BY_FILE;
	found = find_claim(index, 0, file, false);
	if (found < 0)
		found = find_by_name(index, top, file, claim_);
	if (found < 0)
		found = find_akin(index, top, file);
	if (found < 0)
		found = find_in_unread(index, file);
	if (found >= 0)
		return found;
	/* by now all is read, and what remains is what packages are named */
	*claim_ = OWNER_BY_NAME;
	return find_claim(index, 0, hash_name(top), true);
}

/* Reads the name and version of DISTRIBUTION, once. */
static void describe(const struct owner_index *index, struct distribution *distribution)
{
	static const char files[][12] = {
		[METADATA_DIST_INFO] = "METADATA",
		[METADATA_EGG_INFO] = "PKG-INFO",
		[METADATA_EGG] = "PKG-INFO",
	};
	char path[OWNER_PATH_MAX];

	if (distribution->described)
		return;
	distribution->described = true;
	if (metadata_path(index, distribution, files[distribution->kind], path) &&
	    owner_read_headers(path, &distribution->owner))
		return;
	/* an .egg-info that is a file has the headers itself */
	if (distribution->kind == METADATA_EGG_INFO &&
	    metadata_path(index, distribution, "", path))
		owner_read_headers(path, &distribution->owner);
}

enum owner_claim owner_index_find(struct owner_index *index, const char *relative,
				  struct owner *owner_)
{
	enum owner_claim claim = OWNER_UNCLAIMED;
	struct distribution *distribution;
	int found = find(index, relative, &claim);

	if (found < 0)
		return OWNER_UNCLAIMED;
	distribution = &index->distributions[found];
	describe(index, distribution);
	memcpy(owner_->distribution, distribution->owner.distribution,
	       sizeof(owner_->distribution));
	memcpy(owner_->version, distribution->owner.version, sizeof(owner_->version));
	return claim;
}
