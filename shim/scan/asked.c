/* SPDX-License-Identifier: MIT
 *
 * The headers of all NAME.dist-info/METADATA in one directory.  That a NumPy suits by
 * its ABI does not help where pip then says that a package asks for another.  Called by
 * kept.c.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "facts/owner_metadata.h"
#include "facts/requirement.h"
#include "scan/asked.h"

#define HEADERS_MAX 262144

/* One METADATA, on its way in. */
struct metadata {
	const char *python; /* "3.11", "" unknown */
	struct owner owner; /* name and version are wanted */
	struct common_range range;
};

/* The value of header NAME in LINE, or NULL. */
static const char *header(const char *line, size_t length, const char *name)
{
	size_t name_length = strlen(name);

	return length > name_length && strncasecmp(line, name, name_length) == 0
		       ? line + name_length
		       : NULL;
}

static bool take_header(void *context, const char *line, size_t length)
{
	static const char name[] = "Requires-Dist:";
	const char *value = header(line, length, name);
	struct metadata *metadata = context;
	struct requirement asked;

	if (!length)
		return false; /* the description follows */
	if (value &&
	    requirement_read(value, length - strlen(name), metadata->python, &asked))
		common_range_narrow(&metadata->range, asked.minimum, asked.below, "");
	return true;
}

static void add_metadata(struct asked *asked, const char *path, struct metadata *metadata)
{
	const struct common_range *range = &metadata->range;
	char name[sizeof(metadata->owner.distribution) + sizeof(metadata->owner.version)];

	owner_each_line(path, HEADERS_MAX, take_header, metadata);
	if ((!range->minimum[0] && !range->below[0]) ||
	    !owner_read_headers(path, &metadata->owner))
		return;
	snprintf(name, sizeof(name), "%s%s%s", metadata->owner.distribution,
		 metadata->owner.version[0] ? " " : "", metadata->owner.version);
	common_range_narrow(&asked->range, range->minimum, range->below, name);
}

/* "3.11" of ".../python3.11/site-packages"; "" where it is called otherwise. */
static void find_python(const char *root, char *python, size_t size)
{
	const char *name = strstr(root, "/python"), *next;
	size_t length;

	python[0] = '\0';
	while (name && (next = strstr(name + 1, "/python")) != NULL)
		name = next;
	if (!name)
		return;
	name += strlen("/python");
	length = strspn(name, "0123456789.");
	if (length && length < size && memchr(name, '.', length))
		snprintf(python, size, "%.*s", (int)length, name);
}

static int is_metadata(const struct dirent *entry)
{
	static const char end[] = ".dist-info";
	size_t length = strlen(entry->d_name), end_length = strlen(end);

	return length > end_length &&
	       strcmp(entry->d_name + length - end_length, end) == 0;
}

/* In the order of names, so that of several that ask for the same it is one that is told.
 */
static void read_all(struct asked *asked)
{
	char path[OWNER_PATH_MAX + 300], python[16];
	struct dirent **entries;
	int count = scandir(asked->root, &entries, is_metadata, alphasort);

	if (count < 0)
		return;
	find_python(asked->root, python, sizeof(python));
	for (int i = 0; i < count; i++) {
		struct metadata metadata = {.python = python};

		snprintf(path, sizeof(path), "%s/%s/METADATA", asked->root,
			 entries[i]->d_name);
		add_metadata(asked, path, &metadata);
		free(entries[i]);
	}
	free(entries);
}

/* Makes ASKED that of the directory of PATH; false: that has no known name. */
static bool look(struct asked *asked, const char *path)
{
	char clean[OWNER_PATH_MAX];
	size_t length;

	if (!owner_clean_path(path, clean))
		return false;
	length = owner_named_root(clean);
	if (!length)
		return false;
	clean[length] = '\0';
	if (strcmp(asked->root, clean) == 0)
		return true;
	memset(asked, 0, sizeof(*asked));
	memcpy(asked->root, clean, length + 1);
	read_all(asked);
	return true;
}

static void tell(struct npabi_textbuf *who, const char *name, const char *minimum,
		 const char *below)
{
	npabi_textbuf_string(who, who->length ? ", " : "");
	npabi_textbuf_string(who, name);
	npabi_textbuf_string(who, " asks for numpy");
	common_range_append(who, minimum, below);
}

void asked_narrow(struct asked *asked, const char *path, struct common_range *range,
		  struct npabi_textbuf *who)
{
	const struct common_range *wanted = &asked->range;

	if (!look(asked, path))
		return;
	common_range_narrow(range, wanted->minimum, "", wanted->minimum_by);
	common_range_narrow(range, "", wanted->below, wanted->below_by);
	if (wanted->minimum_by[0] && strcmp(range->minimum_by, wanted->minimum_by) == 0)
		tell(who, wanted->minimum_by, wanted->minimum, "");
	if (wanted->below_by[0] && strcmp(range->below_by, wanted->below_by) == 0)
		tell(who, wanted->below_by, "", wanted->below);
}
