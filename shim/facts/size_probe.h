/* SPDX-License-Identifier: MIT
 *
 * Reads a type-size check by trying it: the code behind a fetched attribute is
 * followed three times, as if the type had no size, an enormous one, and an
 * enormous item size, and what it would say each time is the answer.  Where the
 * compiler put the arguments, whether it cloned or inlined the check, and which
 * Cython wrote it make no difference.
 */
#ifndef NPABI_FACTS_SIZE_PROBE_H
#define NPABI_FACTS_SIZE_PROBE_H

#include "facts/reader.h"

/*
 * CALL fetches the attribute whose name lies at NAME (0: somewhere).  Adds a check to the
 * facts when a size check follows.  True when one did, also if it was known.
 */
bool size_probe_attribute(struct reader *reader, const struct flow_call *call,
			  uint64_t name);

/* CALL raises FORMAT (not NULL): remembered if that is the text of a size check. */
void size_probe_meet_text(struct reader *reader, const struct flow_call *call,
			  const char *format);

/*
 * Has every place that raises the text of a size check been read as part of one?
 * False: some check could not be read.
 */
bool size_probe_is_complete(const struct reader *reader);

/*
 * The same for a function that is known to check sizes, entered in the state
 * START: the attribute is one that it fetches itself.  False when nothing was
 * found: the function must then be walked.
 */
bool size_probe_function(struct reader *reader, const struct state *start);

#endif
