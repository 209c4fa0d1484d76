/* SPDX-License-Identifier: MIT
 *
 * What both forms of a record need: when, where and who.
 */
#ifndef NPABI_REPORT_COMMON_H
#define NPABI_REPORT_COMMON_H

#include <stdint.h>

#include "report/record.h"

struct record_common {
	char time[32]; /* "2026-01-31T23:59:59.123Z" */
	char host[72]; /* as uname(2) says; "" unknown */
	int pid, tid;
};

/* Reads them all.  No locks, no allocation; time zones are never looked at. */
void record_common_read(struct record_common *common_);

/*
 * Writes SECONDS and MILLISECONDS since 1970 into TIME, of SIZE bytes (25
 * needed), as RFC 3339 has it, in UTC.  Years up to 9999.
 */
void record_time(char *time, uint32_t size, int64_t seconds, unsigned milliseconds);

#endif
