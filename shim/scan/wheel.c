/* SPDX-License-Identifier: MIT
 *
 * Wheels, by the format's description (PEP 427 and 491).  Nothing is written to disk;
 * members are unpacked one after the other, and those alone that are asked for.
 * Called by examine.c.
 */
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/textbuf.h"
#include "facts/owner_metadata.h"
#include "facts/owner_place.h"
#include "scan/wheel.h"

/* METADATA that is larger is not read; with long descriptions it comes to 200 KiB. */
#define METADATA_MAX (4u << 20)

/* Does the name of MEMBER end with SUFFIX, with something before it? */
static bool has_suffix(const struct zip_member *member, const char *suffix)
{
	size_t length = strlen(suffix);

	return member->name_length > length &&
	       memcmp(member->name + member->name_length - length, suffix, length) == 0;
}

static bool is_shared_object(const struct zip_member *member)
{
	return has_suffix(member, ".so") && member->name[member->name_length - 4] != '/';
}

/* NAME-VERSION.dist-info/METADATA, at the top. */
static bool is_metadata(const struct zip_member *member)
{
	static const char suffix[] = ".dist-info/METADATA";

	return has_suffix(member, suffix) &&
	       !memchr(member->name, '/',
		       member->name_length - strlen(strchr(suffix, '/')));
}

/* --- who it is ------------------------------------------------------------- */

static void copy_part(const char *start, const char *end, char *out, size_t size)
{
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, out, size);
	npabi_textbuf_bytes(&buf, start, (size_t)(end - start));
	if (buf.truncated)
		out[0] = '\0';
}

/* NAME-VERSION-... */
static void name_by_file(const char *path, struct owner *owner)
{
	const char *name = npabi_file_name(path);
	const char *dash = strchr(name, '-');
	const char *next = dash ? strchr(dash + 1, '-') : NULL;

	if (!next)
		return;
	copy_part(name, dash, owner->distribution, sizeof(owner->distribution));
	copy_part(dash + 1, next, owner->version, sizeof(owner->version));
}

static bool read_metadata(struct wheel *wheel, struct zip_unpacker *unpacker,
			  const struct zip_member *member)
{
	struct npabi_span text;
	bool found;

	if (member->unpacked > METADATA_MAX ||
	    zip_unpack(unpacker, &wheel->zip, member, &text) != ZIP_FINE)
		return false;
	found = owner_parse_headers((const char *)text.data, text.size, &wheel->owner);
	zip_forget(&wheel->zip, member);
	return found;
}

static void find_owner(struct wheel *wheel, const char *path,
		       struct zip_unpacker *unpacker)
{
	struct zip_member member;
	size_t position = 0;

	while (zip_next(&wheel->zip, &position, &member)) {
		if (!is_metadata(&member))
			continue;
		if (read_metadata(wheel, unpacker, &member))
			return;
		break;
	}
	wheel->remark = "METADATA is missing or cannot be read: it is taken for what its "
			"file name says";
	name_by_file(path, &wheel->owner);
}

/* --- members --------------------------------------------------------------- */

static int compare_members(const void *a, const void *b)
{
	const struct zip_member *one = a, *other = b;
	size_t shorter = one->name_length < other->name_length ? one->name_length
							       : other->name_length;
	int order = memcmp(one->name, other->name, shorter);

	if (order)
		return order;
	if (one->name_length != other->name_length)
		return one->name_length < other->name_length ? -1 : 1;
	/* the same name: in the order of the directory */
	return one->name < other->name ? -1 : 1;
}

static bool has_same_name(const struct wheel_member *a, const struct wheel_member *b)
{
	return a->packed.name_length == b->packed.name_length &&
	       memcmp(a->packed.name, b->packed.name, a->packed.name_length) == 0;
}

/* Of several with the same name the last one is what pip installs. */
static void drop_repeated(struct wheel *wheel)
{
	size_t kept = 0;

	for (size_t i = 1; i < wheel->count; i++) {
		bool repeated = has_same_name(&wheel->members[kept], &wheel->members[i]);

		kept += !repeated;
		wheel->members[kept] = wheel->members[i];
		wheel->members[kept].repeated = repeated;
	}
	wheel->count = wheel->count ? kept + 1 : 0;
}

static bool list_members(struct wheel *wheel)
{
	struct zip_member member;
	size_t position = 0, count = 0;

	while (zip_next(&wheel->zip, &position, &member))
		count += is_shared_object(&member);
	if (!count)
		return true;
	wheel->members = calloc(count, sizeof(*wheel->members));
	if (!wheel->members)
		return false;
	position = 0;
	while (zip_next(&wheel->zip, &position, &member)) {
		if (is_shared_object(&member))
			wheel->members[wheel->count++].packed = member;
	}
	qsort(wheel->members, count, sizeof(*wheel->members), compare_members);
	drop_repeated(wheel);
	return true;
}

enum zip_fault wheel_open(struct wheel *wheel, struct npabi_source *source,
			  const char *path, struct zip_unpacker *unpacker)
{
	enum zip_fault fault;

	*wheel = (struct wheel){.count = 0};
	fault = zip_open(&wheel->zip, source);
	if (fault != ZIP_FINE)
		return fault;
	if (!list_members(wheel))
		return ZIP_NO_MEMORY;
	if (wheel->count)
		find_owner(wheel, path, unpacker);
	return ZIP_FINE;
}

enum zip_fault wheel_unpack(struct wheel *wheel, struct zip_unpacker *unpacker,
			    const struct wheel_member *member, struct npabi_span *bytes_)
{
	uint64_t unpacked = wheel->unpacked + member->packed.unpacked;

	if (member->packed.unpacked < ZIP_MEMBER_MAX) {
		if (zip_is_bomb(unpacked, wheel->zip.source->size))
			return ZIP_BOMB;
		wheel->unpacked = unpacked;
	}
	return zip_unpack(unpacker, &wheel->zip, &member->packed, bytes_);
}

void wheel_close(struct wheel *wheel)
{
	free(wheel->members);
	*wheel = (struct wheel){.count = 0};
}

/* --- names ----------------------------------------------------------------- */

char *wheel_join(const char *path, const struct wheel_member *member)
{
	size_t length = strlen(path);
	char *joined = malloc(length + member->packed.name_length + 2);

	if (!joined)
		return NULL;
	memcpy(joined, path, length);
	joined[length] = '!';
	memcpy(joined + length + 1, member->packed.name, member->packed.name_length);
	joined[length + 1 + member->packed.name_length] = '\0';
	return joined;
}

bool wheel_leads_out(const char *member)
{
	if (member[0] == '/')
		return true;
	for (const char *part = member; part; part = strchr(part, '/')) {
		part += *part == '/';
		if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || !part[2]))
			return true;
	}
	return false;
}

/* What stands in NAME-VERSION.data/platlib is installed beside the packages. */
static const char *skip_data_directory(const char *member)
{
	static const char *const places[] = {".data/platlib/", ".data/purelib/"};
	size_t top = strcspn(member, "/");

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const char *place = strstr(member, places[i]);

		if (place && (size_t)(place - member) + strlen(".data") == top)
			return place + strlen(places[i]);
	}
	return member;
}

void wheel_module_name(const char *member, char *module, size_t size)
{
	owner_module_name(skip_data_directory(member), module, size);
}
