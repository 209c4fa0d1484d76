/* SPDX-License-Identifier: MIT
 *
 * The walk.  It keeps a list of directories to do instead of calling itself, so
 * that no depth is too much.  Called by scan.c.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "scan/walk.h"

struct directory {
	char *path;
	struct directory *next;
};

struct queue {
	struct directory *first, **last;
};

/* A directory, told from others; inode 0: a free place in the table. */
struct identity {
	uint64_t device, inode;
};

/* One PATH of the user's: what is still to do, and where we have been. */
struct tour {
	struct walk *walk;
	size_t input;
	struct queue real, linked;
	struct identity *seen; /* a hash table */
	size_t seen_count, seen_room;
	bool has_device;
	uint64_t device; /* the last one that was found to have real files */
};

/* What a directory says of one thing in it. */
struct entry {
	unsigned char type; /* as in struct dirent */
	char name[];
};

/* --- lists ----------------------------------------------------------------- */

static void *grow(void *array, size_t count, size_t *room, size_t size)
{
	size_t wanted = *room ? *room * 2 : 64;
	void *grown;

	if (count < *room)
		return array;
	grown = realloc(array, wanted * size);
	if (grown)
		*room = wanted;
	return grown;
}

/* Adds PATH, with all else as in *FILE. */
static bool add_file(struct walk *walk, const char *path, const struct walk_file *file)
{
	struct walk_file *grown =
		grow(walk->files, walk->count, &walk->room, sizeof(*grown));
	char *copy = strdup(path);

	if (grown)
		walk->files = grown;
	if (!grown || !copy) {
		free(copy);
		errno = ENOMEM;
		return false;
	}
	grown[walk->count] = *file;
	grown[walk->count++].path = copy;
	return true;
}

static void push(struct queue *queue, struct directory *directory)
{
	directory->next = NULL;
	*queue->last = directory;
	queue->last = &directory->next;
}

static struct directory *pop(struct queue *queue)
{
	struct directory *directory = queue->first;

	if (!directory)
		return NULL;
	queue->first = directory->next;
	if (!queue->first)
		queue->last = &queue->first;
	return directory;
}

static bool add_directory(struct queue *queue, const char *path)
{
	struct directory *directory = malloc(sizeof(*directory));

	if (!directory)
		return false;
	directory->path = strdup(path);
	if (!directory->path) {
		free(directory);
		return false;
	}
	push(queue, directory);
	return true;
}

static void free_directory(struct directory *directory)
{
	free(directory->path);
	free(directory);
}

/* --- where we have been ---------------------------------------------------- */

/* The place of IDENTITY in the table, or the free one where it would be. */
static struct identity *find_place(const struct tour *tour, struct identity identity)
{
	uint64_t hash =
		(identity.inode ^ identity.device << 32) * UINT64_C(0x9e3779b97f4a7c15);
	size_t place = hash >> 32 & (tour->seen_room - 1);

	while (tour->seen[place].inode && (tour->seen[place].inode != identity.inode ||
					   tour->seen[place].device != identity.device))
		place = (place + 1) & (tour->seen_room - 1);
	return &tour->seen[place];
}

/* Keeps the table, whose size is a power of two, at most half full. */
static bool make_room(struct tour *tour)
{
	struct tour larger = *tour;

	if (tour->seen_count * 2 < tour->seen_room)
		return true;
	larger.seen_room = tour->seen_room ? tour->seen_room * 2 : 256;
	larger.seen = calloc(larger.seen_room, sizeof(*larger.seen));
	if (!larger.seen)
		return false;
	for (size_t i = 0; i < tour->seen_room; i++) {
		if (tour->seen[i].inode)
			*find_place(&larger, tour->seen[i]) = tour->seen[i];
	}
	free(tour->seen);
	tour->seen = larger.seen;
	tour->seen_room = larger.seen_room;
	return true;
}

/* Marks the directory as seen; false when it was, or memory ran out. */
static bool is_new(struct tour *tour, const struct stat *st)
{
	struct identity identity = {st->st_dev, st->st_ino};
	struct identity *place;

	if (!make_room(tour))
		return false;
	place = find_place(tour, identity);
	if (place->inode)
		return false;
	*place = identity;
	tour->seen_count++;
	return true;
}

/* Are there files in the file system of the directory FD, which ST is of? */
static bool has_real_files(struct tour *tour, int fd, const struct stat *st)
{
	struct statfs fs;

	if (tour->has_device && tour->device == st->st_dev)
		return true;
	if (fstatfs(fd, &fs) != 0)
		return true;
	if (fs.f_type == PROC_SUPER_MAGIC || fs.f_type == SYSFS_MAGIC ||
	    fs.f_type == CGROUP_SUPER_MAGIC || fs.f_type == CGROUP2_SUPER_MAGIC)
		return false;
	tour->has_device = true;
	tour->device = st->st_dev;
	return true;
}

/* --- one directory --------------------------------------------------------- */

static bool ends_with(const char *name, const char *suffix)
{
	size_t length = strlen(name), suffix_length = strlen(suffix);

	return length > suffix_length &&
	       strcmp(name + length - suffix_length, suffix) == 0;
}

static bool is_wheel(const char *name)
{
	return ends_with(name, ".whl");
}

static bool is_wanted(const char *name)
{
	return ends_with(name, ".so") || is_wheel(name);
}

static char *join(const char *directory, const char *name)
{
	size_t length = strlen(directory);
	size_t size = length + strlen(name) + 2;
	char *path = malloc(size);

	if (!path)
		return NULL;
	memcpy(path, directory, length);
	if (length && path[length - 1] != '/')
		path[length++] = '/';
	memcpy(path + length, name, strlen(name) + 1);
	return path;
}

/* Does the link NAME lead to a file in the same directory, which is told itself? */
static bool leads_beside(int directory, const char *name)
{
	char target[256];
	ssize_t length = readlinkat(directory, name, target, sizeof(target) - 1);

	if (length <= 0)
		return false;
	target[length] = '\0';
	return !strchr(target, '/') && is_wanted(target);
}

/* Is it told of the link NAME that it leads nowhere?  Plain libraries are lib*.so. */
static bool misses_an_extension(const char *name)
{
	return is_wanted(name) && strncmp(name, "lib", 3) != 0;
}

static bool take_entry(struct tour *tour, int fd, const char *path,
		       const struct entry *entry)
{
	const char *name = entry->name;
	struct stat st;
	bool is_link;

	if (entry->type == DT_DIR)
		return add_directory(&tour->real, path);
	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return true; /* it is gone */
	is_link = S_ISLNK(st.st_mode);
	if (is_link && fstatat(fd, name, &st, 0) != 0)
		return !misses_an_extension(name) ||
		       add_file(tour->walk, path,
				&(struct walk_file){.input = tour->input,
						    .error = errno == ENOENT ? ENOLINK
									     : errno});
	if (S_ISDIR(st.st_mode))
		return add_directory(is_link ? &tour->linked : &tour->real, path);
	if (!S_ISREG(st.st_mode) || !is_wanted(name))
		return true;
	if (is_link && leads_beside(fd, name))
		return true;
	return add_file(tour->walk, path,
			&(struct walk_file){.input = tour->input,
					    .is_wheel = is_wheel(name),
					    .device = st.st_dev,
					    .inode = st.st_ino});
}

static int compare_entries(const void *a, const void *b)
{
	return strcmp((*(struct entry *const *)a)->name,
		      (*(struct entry *const *)b)->name);
}

/* Needs FOUND no closer look?  Nine in ten are files that have other names. */
static bool is_passed_over(const struct dirent *found)
{
	const char *name = found->d_name;

	return (found->d_type == DT_REG && !is_wanted(name)) || strcmp(name, ".") == 0 ||
	       strcmp(name, "..") == 0;
}

static struct entry *copy_entry(const struct dirent *found)
{
	size_t size = strlen(found->d_name) + 1;
	struct entry *entry = malloc(sizeof(*entry) + size);

	if (!entry)
		return NULL;
	entry->type = found->d_type;
	memcpy(entry->name, found->d_name, size);
	return entry;
}

/* What matters in the directory, sorted by name; NULL: no memory, or nothing. */
static struct entry **read_entries(DIR *stream, size_t *count_)
{
	const struct dirent *found;
	struct entry **entries = NULL;
	size_t count = 0, room = 0;

	while ((found = readdir(stream)) != NULL) {
		struct entry **grown;

		if (is_passed_over(found))
			continue;
		grown = grow(entries, count, &room, sizeof(*grown));
		if (!grown)
			break;
		entries = grown;
		entries[count] = copy_entry(found);
		if (!entries[count])
			break;
		count++;
	}
	if (count)
		qsort(entries, count, sizeof(*entries), compare_entries);
	*count_ = count;
	return entries;
}

static bool take_entries(struct tour *tour, DIR *stream, const char *directory)
{
	size_t count;
	struct entry **entries = read_entries(stream, &count);
	bool ok = true;

	for (size_t i = 0; i < count; i++) {
		char *path = ok ? join(directory, entries[i]->name) : NULL;

		ok = path && take_entry(tour, dirfd(stream), path, entries[i]);
		free(path);
		free(entries[i]);
	}
	free(entries);
	return ok;
}

static bool enter(struct tour *tour, const char *path)
{
	DIR *stream = opendir(path);
	struct stat st;
	bool ok = true;

	if (!stream)
		return add_file(
			tour->walk, path,
			&(struct walk_file){.input = tour->input, .error = errno});
	if (fstat(dirfd(stream), &st) == 0 && is_new(tour, &st) &&
	    has_real_files(tour, dirfd(stream), &st))
		ok = take_entries(tour, stream, path);
	closedir(stream);
	return ok;
}

static bool walk_directory(struct walk *walk, const char *path, size_t input)
{
	struct tour tour = {.walk = walk, .input = input};
	struct directory *directory;
	bool ok;

	tour.real.last = &tour.real.first;
	tour.linked.last = &tour.linked.first;
	ok = add_directory(&tour.real, path);
	/* real directories first: a file's own path is better than one by a link */
	while ((directory = pop(&tour.real)) || (directory = pop(&tour.linked))) {
		ok = ok && enter(&tour, directory->path);
		free_directory(directory);
	}
	free(tour.seen);
	if (!ok)
		errno = ENOMEM;
	return ok;
}

bool walk_add(struct walk *walk, const char *path, size_t input, bool named)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	if (S_ISDIR(st.st_mode) && access(path, R_OK | X_OK) == 0)
		return walk_directory(walk, path, input);
	if (S_ISDIR(st.st_mode) || access(path, R_OK) != 0)
		return false;
	return add_file(walk, path,
			&(struct walk_file){.input = input,
					    .named = named,
					    .is_wheel = is_wheel(path),
					    .device = st.st_dev,
					    .inode = st.st_ino});
}

static int compare_files(const void *a, const void *b)
{
	const struct walk_file *one = a, *other = b;
	int order = strcmp(one->path, other->path);

	/* of two with the same path, the named one is first, and stays */
	return order ? order : (int)other->named - (int)one->named;
}

/* Orders wheels by what they are, and those that are the same by path. */
static int compare_wheels(const void *a, const void *b)
{
	const struct walk_file *one = *(struct walk_file *const *)a;
	const struct walk_file *other = *(struct walk_file *const *)b;

	if (one->device != other->device)
		return one->device < other->device ? -1 : 1;
	if (one->inode != other->inode)
		return one->inode < other->inode ? -1 : 1;
	return one < other ? -1 : 1;
}

/* Marks all but the first of wheels that are the same.  Without memory none is. */
static void mark_wheels(struct walk *walk)
{
	struct walk_file **wheels = calloc(walk->count, sizeof(struct walk_file *));
	size_t count = 0;

	if (!wheels)
		return;
	for (size_t i = 0; i < walk->count; i++) {
		if (walk->files[i].is_wheel)
			wheels[count++] = &walk->files[i];
	}
	qsort(wheels, count, sizeof(struct walk_file *), compare_wheels);
	for (size_t i = 1; i < count; i++) {
		if (wheels[i]->device == wheels[i - 1]->device &&
		    wheels[i]->inode == wheels[i - 1]->inode)
			wheels[i]->repeated = true;
	}
	free(wheels);
}

void walk_sort(struct walk *walk)
{
	if (!walk->count)
		return;
	qsort(walk->files, walk->count, sizeof(*walk->files), compare_files);
	for (size_t i = 1; i < walk->count; i++) {
		if (strcmp(walk->files[i - 1].path, walk->files[i].path) == 0)
			walk->files[i].repeated = true;
	}
	mark_wheels(walk);
}

void walk_free(struct walk *walk)
{
	for (size_t i = 0; i < walk->count; i++)
		free(walk->files[i].path);
	free(walk->files);
	*walk = (struct walk){0};
}
