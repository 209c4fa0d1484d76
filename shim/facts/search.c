/* SPDX-License-Identifier: MIT
 */
#include "facts/search.h"
void search_image(struct reader *reader)
{
	(void)reader;
}
