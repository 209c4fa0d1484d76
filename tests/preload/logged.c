/* SPDX-License-Identifier: MIT
 *
 * The log of one run.  Each test runs in a process of its own.
 */
#include <check.h>
#include <stdio.h>

#include "preload/interpreter.h"
#include "preload/logged.h"

struct temp_dir log_dir;
char log_setting[600];
char log_text[LOG_SIZE];

void make_log_dir(void)
{
	temp_dir_make(&log_dir);
	snprintf(log_setting, sizeof(log_setting), "NPABI_LOG=%s",
		 temp_path(&log_dir, "log"));
}

void remove_log_dir(void)
{
	temp_dir_remove(&log_dir);
}

size_t read_log(void)
{
	return read_whole_file(temp_path(&log_dir, "log"), log_text, LOG_SIZE);
}

const char *read_only_record(const char *module)
{
	const char *record;
	char name[128];

	read_log();
	snprintf(name, sizeof(name), "/%s.", module);
	record = find_record(log_text, name);
	ck_assert_msg(record != NULL, "no record of %s in: %s", module, log_text);
	ck_assert_int_eq(count_pieces(log_text, "\"event\":\"extension\""), 1);
	return record;
}
