// SPDX-License-Identifier: GPL-2.0
/* kvmshare OBJECT VERB: reads the command line and calls the verb. */
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "lib/msg.h"
#include "lib/out.h"

/* Errors of the command line itself are to be in JSON too. */
static bool wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--json"))
			return true;
	return false;
}

/* What was printed must have reached its reader. */
static int close_output(int code)
{
	if (fflush(stdout) || ferror(stdout))
		return FAIL(code ? code : EXIT_FAILED, .object = "standard output",
			    .reason = "it cannot be written");
	return code;
}

/* Else a lock would come to stand where output goes, and a child would shut it. */
static void fill_standard_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct cmd_line line;
	int err;

	fill_standard_descriptors();
	setlocale(LC_TIME, "");
	msg_setup("kvmshare", wants_json(argc, argv));
	out_setup(wants_json(argc, argv));
	err = cmd_parse(argc, argv, &line);
	if (err)
		return err;
	if (line.help) {
		cmd_help(&line);
		return close_output(EXIT_OK);
	}
	return close_output(line.verb->run(&line));
}
