/* SPDX-License-Identifier: MIT
 *
 * From what the verdict knows (the NumPy releases that one extension works with)
 * to what may be done here.  No command has a name in it that a shell would read
 * otherwise.  Called by the record writers.
 */
#include <string.h>

#include "report/advice.h"
#include "verdict/advice.h"

#define PLAIN                                                  \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
	"0123456789._+-"

/* The manager of the system: what it upgrades with, and what NumPy is there. */
static const struct {
	char upgrade[40], numpy[16];
} systems[] = {
	[OWNER_DPKG] = {"apt-get install --only-upgrade ", "python3-numpy"},
	[OWNER_APK] = {"apk add --upgrade ", "py3-numpy"},
	[OWNER_RPM] = {"dnf upgrade ", "python3-numpy"},
};

/* May NAME stand in a command that people will copy into a shell? */
static bool is_plain(const char *name, const char *more)
{
	while (*name && *name != '-') {
		name += strspn(name, PLAIN);
		if (!*name)
			return true;
		if (!strchr(more, *name))
			return false;
		name++;
	}
	return false;
}

/* Is it a package of the system's? */
static bool is_systems(const struct owner *owner)
{
	if (!owner)
		return false;
	if (owner->manager == OWNER_RPM)
		return true;
	return (owner->manager == OWNER_DPKG || owner->manager == OWNER_APK) &&
	       owner->package[0];
}

static bool is_condas(const struct owner *owner)
{
	return owner && owner->manager == OWNER_CONDA;
}

/* Copies ADVICE with NAME, if that is plain, in place of PACKAGE. */
static void append_with_name(struct npabi_textbuf *buf, const char *advice,
			     const char *name)
{
	static const char word[] = "PACKAGE";
	const char *place = strstr(advice, word);

	if (place && is_plain(name, "")) {
		npabi_textbuf_bytes(buf, advice, (size_t)(place - advice));
		npabi_textbuf_string(buf, name);
		advice = place + sizeof(word) - 1;
	}
	npabi_textbuf_string(buf, advice);
}

/* --- where the system owns the extension ------------------------------------ */

/* The usual case: a NumPy of pip's stands before that of the system. */
static void tell_foreign_numpy(struct npabi_textbuf *buf,
			       const struct record_extension *extension)
{
	const char *path = extension->runtime ? extension->runtime->numpy_path : "";

	if (!path[0] || (strstr(path, "/usr/lib") && !strstr(path, "/usr/local/")))
		return;
	npabi_textbuf_string(buf, "pip uninstall -y numpy  # what is loaded is ");
	npabi_textbuf_string(buf, path);
	npabi_textbuf_string(buf, ", and the system's own NumPy suits its packages");
}

static void tell_upgrade(struct npabi_textbuf *buf,
			 const struct record_extension *extension)
{
	const struct owner *owner = extension->owner;
	bool is_rpms = owner->manager == OWNER_RPM;

	if (is_rpms && !is_plain(extension->path, "/"))
		return;
	npabi_textbuf_string(buf, systems[owner->manager].upgrade);
	if (is_rpms)
		npabi_textbuf_format(buf, "$(rpm -qf %s)", extension->path);
	else
		npabi_textbuf_string(buf, owner->package);
	npabi_textbuf_char(buf, ' ');
	npabi_textbuf_string(buf, systems[owner->manager].numpy);
}

static void tell_environment(struct npabi_textbuf *buf,
			     const struct record_extension *extension)
{
	npabi_textbuf_string(buf, "or leave the system's packages alone: python3 -m venv "
				  "DIR && DIR/bin/pip install ");
	append_with_name(buf, "PACKAGE", extension->owner->distribution);
}

static void tell_system(struct npabi_textbuf *buf, enum advice_kind kind,
			const struct record_extension *extension)
{
	if (kind == ADVICE_RANGE)
		tell_foreign_numpy(buf, extension);
	else if (kind == ADVICE_RELEASE)
		tell_upgrade(buf, extension);
	else if (kind == ADVICE_REBUILD)
		tell_environment(buf, extension);
}

/* --- elsewhere --------------------------------------------------------------- */

static void tell_conflict(struct npabi_textbuf *buf, const struct record_set *set)
{
	npabi_textbuf_string(buf, "no NumPy suits all that is installed here: ");
	if (set->impossible_by[0]) {
		npabi_textbuf_format(buf, "%.200s works with none", set->impossible_by);
		return;
	}
	npabi_textbuf_format(buf, "%.200s needs numpy", set->minimum_by);
	advice_append_bounds(buf, set->minimum, "");
	npabi_textbuf_format(buf, ", %.200s needs numpy", set->below_by);
	advice_append_bounds(buf, "", set->below);
	npabi_textbuf_string(buf, "; install another release of one of them");
}

static void tell_range(struct npabi_textbuf *buf,
		       const struct record_extension *extension)
{
	const struct record_set *set = extension->set;
	const struct verdict *verdict = extension->verdict;

	if (set && !set->possible) {
		tell_conflict(buf, set);
		return;
	}
	npabi_textbuf_string(buf, is_condas(extension->owner) ? "conda" : "pip");
	npabi_textbuf_string(buf, " install 'numpy");
	advice_append_bounds(buf, set ? set->minimum : verdict->numpy_min,
			     set ? set->below : verdict->numpy_below);
	npabi_textbuf_char(buf, '\'');
}

/* What a container is made from has to say it too: it is made anew, not kept. */
static void tell_image(struct npabi_textbuf *buf,
		       const struct record_extension *extension)
{
	npabi_textbuf_string(buf, "to keep it so: RUN ");
	tell_range(buf, extension);
	npabi_textbuf_string(buf, " as the last installing line of the Dockerfile, since "
				  "what is installed in a running container is lost "
				  "with it");
}

/* How to keep other packages from bringing another NumPy later. */
static void tell_keep(struct npabi_textbuf *buf, const struct record_extension *extension)
{
	const struct record_set *set = extension->set;
	const struct verdict *verdict = extension->verdict;

	if (set && !set->possible)
		return;
	if (extension->in_container) {
		tell_image(buf, extension);
		return;
	}
	npabi_textbuf_string(buf, "to keep it so: echo 'numpy");
	advice_append_bounds(buf, set ? set->minimum : verdict->numpy_min,
			     set ? set->below : verdict->numpy_below);
	if (is_condas(extension->owner)) {
		npabi_textbuf_string(buf, "' >>\"$CONDA_PREFIX/conda-meta/pinned\"");
		return;
	}
	npabi_textbuf_string(buf,
			     "' >>constraints.txt && pip install -c constraints.txt ");
	append_with_name(buf, "PACKAGE",
			 extension->owner ? extension->owner->distribution : "");
}

/* The release that is installed, not whichever is newest, is built again. */
static void tell_rebuild(struct npabi_textbuf *buf,
			 const struct record_extension *extension, const char *advice)
{
	const struct owner *owner = extension->owner;

	append_with_name(buf, advice, owner ? owner->distribution : "");
	if (!owner || !owner->distribution[0] || !is_plain(owner->distribution, "") ||
	    !owner->version[0] || !is_plain(owner->version, "+!"))
		return;
	npabi_textbuf_string(buf, "==");
	npabi_textbuf_string(buf, owner->version);
}

bool record_advice(const struct record_extension *extension, unsigned index, char *text,
		   uint32_t size)
{
	const struct verdict *verdict = extension->verdict;
	enum advice_kind kind = verdict->advice_kinds[index];
	const struct owner *owner = extension->owner;
	struct npabi_textbuf buf;

	npabi_textbuf_init(&buf, text, size);
	if (is_systems(owner) && kind != ADVICE_SENTENCE) {
		tell_system(&buf, kind, extension);
	} else if (kind == ADVICE_RANGE) {
		tell_range(&buf, extension);
	} else if (kind == ADVICE_KEEP) {
		tell_keep(&buf, extension);
	} else if (kind == ADVICE_RELEASE && is_condas(owner) && owner->package[0]) {
		append_with_name(&buf, "or conda update PACKAGE", owner->package);
	} else if (kind == ADVICE_REBUILD) {
		tell_rebuild(&buf, extension, verdict->advice[index]);
	} else {
		append_with_name(&buf, verdict->advice[index],
				 owner ? owner->distribution : "");
	}
	return buf.length > 0;
}
