/* SPDX-License-Identifier: MIT
 *
 * From what the verdict knows (the NumPy releases that one extension works with)
 * to what may be done here.  No command has a name in it that a shell would read
 * otherwise.  Called by the record writers.
 */
#include <string.h>

#include "report/advice.h"
#include "report/command.h"
#include "verdict/advice.h"

/* The manager of the system: what it upgrades with, and what NumPy is there. */
static const struct {
	char upgrade[40], numpy[16];
} systems[] = {
	[OWNER_DPKG] = {"apt-get install --only-upgrade ", "python3-numpy"},
	[OWNER_APK] = {"apk add --upgrade ", "py3-numpy"},
	[OWNER_RPM] = {"dnf upgrade ", "python3-numpy"},
};

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

/* Past WORD, if TEXT begins with it; else NULL. */
static const char *past(const char *text, const char *word)
{
	size_t length = strlen(word);

	return strncmp(text, word, length) == 0 ? text + length : NULL;
}

/*
 * Copies ADVICE with the pip of the extension's interpreter in place of COMMAND_PIP,
 * and with NAME, if that is plain, in place of PACKAGE.
 */
static void append_filled(struct npabi_textbuf *buf, const char *advice,
			  const struct record_extension *extension, const char *name)
{
	bool is_plain = command_is_plain(name, "");
	const char *after;

	while (*advice) {
		if ((after = past(advice, COMMAND_PIP)) != NULL) {
			command_append_pip(buf, extension->python);
			advice = after;
		} else if (is_plain && (after = past(advice, "PACKAGE")) != NULL) {
			npabi_textbuf_string(buf, name);
			advice = after;
		} else {
			npabi_textbuf_char(buf, *advice++);
		}
	}
}

/* --- where the system owns the extension ------------------------------------ */

/*
 * The usual case: a NumPy of pip's stands before that of the system.  Outside of virtual
 * environments Debian's pip refuses to touch even what pip has put there, unless it is
 * told by a variable, which older ones do not know and let pass.
 */
static void tell_foreign_numpy(struct npabi_textbuf *buf,
			       const struct record_extension *extension)
{
	const char *path = extension->runtime ? extension->runtime->numpy_path : "";

	if (!path[0] || (strstr(path, "/usr/lib") && !strstr(path, "/usr/local/")))
		return;
	if (strstr(path, "/dist-packages/") || strstr(path, "/.local/"))
		npabi_textbuf_string(buf, "PIP_BREAK_SYSTEM_PACKAGES=1 ");
	command_append_pip(buf, extension->python);
	npabi_textbuf_string(buf, " uninstall -y numpy  # what is loaded is ");
	npabi_textbuf_string(buf, path);
	npabi_textbuf_string(buf, ", and the system's own NumPy suits its packages");
}

static void tell_upgrade(struct npabi_textbuf *buf,
			 const struct record_extension *extension)
{
	const struct owner *owner = extension->owner;
	bool is_rpms = owner->manager == OWNER_RPM;

	if (is_rpms && !command_is_plain(extension->path, "/"))
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
	append_filled(buf,
		      "or leave the system's packages alone: python3 -m venv DIR && "
		      "DIR/bin/pip install PACKAGE",
		      extension, extension->owner->distribution);
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
	if (is_condas(extension->owner))
		npabi_textbuf_string(buf, "conda");
	else
		command_append_pip(buf, extension->python);
	npabi_textbuf_string(buf, " install 'numpy");
	advice_append_bounds(buf, set ? set->minimum : verdict->numpy_min,
			     set ? set->below : verdict->numpy_below);
	npabi_textbuf_char(buf, '\'');
}

/* Why it is not all that suits by the ABI; a conflict names them itself. */
static void tell_asked(struct npabi_textbuf *buf, const struct record_set *set)
{
	if (set && set->possible && set->asked && set->asked[0])
		npabi_textbuf_format(buf, "  # %.400s", set->asked);
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
	append_filled(buf,
		      "' >>constraints.txt && " COMMAND_PIP
		      " install -c constraints.txt PACKAGE",
		      extension, extension->owner ? extension->owner->distribution : "");
}

/* The release that is installed, not whichever is newest, is built again. */
static void tell_rebuild(struct npabi_textbuf *buf,
			 const struct record_extension *extension, const char *advice)
{
	const struct owner *owner = extension->owner;

	append_filled(buf, advice, extension, owner ? owner->distribution : "");
	if (!owner || !owner->distribution[0] ||
	    !command_is_plain(owner->distribution, "") || !owner->version[0] ||
	    !command_is_plain(owner->version, "+!"))
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
		tell_asked(&buf, extension->set);
	} else if (kind == ADVICE_KEEP) {
		tell_keep(&buf, extension);
	} else if (kind == ADVICE_RELEASE && is_condas(owner) && owner->package[0]) {
		append_filled(&buf, "or conda update PACKAGE", extension, owner->package);
	} else if (kind == ADVICE_REBUILD) {
		tell_rebuild(&buf, extension, verdict->advice[index]);
	} else {
		append_filled(&buf, verdict->advice[index], extension,
			      owner ? owner->distribution : "");
	}
	return buf.length > 0;
}
