/* SPDX-License-Identifier: MIT
 *
 * The files of the folder html, as they are; made by scripts/embed-text.
 */
#ifndef NPABI_SCAN_HTML_TEMPLATE_H
#define NPABI_SCAN_HTML_TEMPLATE_H

/* page.html has places, such as {{data}}, that html_write.c fills in. */
extern const char html_page_html[], html_page_css[], html_page_js[];

#endif
