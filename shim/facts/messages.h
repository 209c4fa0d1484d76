/* SPDX-License-Identifier: MIT
 *
 * NumPy's own version checks, read off the messages that they raise.
 */
#ifndef NPABI_FACTS_MESSAGES_H
#define NPABI_FACTS_MESSAGES_H

#include "facts/reader.h"

/* CALL raises an exception with a text: notes the versions that the text tells. */
void messages_meet(struct reader *reader, const struct flow_call *call);

#endif
