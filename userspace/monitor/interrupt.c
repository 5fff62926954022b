// SPDX-License-Identifier: GPL-2.0
#include <signal.h>

#include "interrupt.h"

static volatile sig_atomic_t came;
static struct sigaction before[2];
static const int signals[2] = { SIGINT, SIGTERM };

static void note(int sig)
{
	(void)sig;
	came = 1;
}

void interrupt_catch(void)
{
	const struct sigaction action = { .sa_handler = note };

	came = 0;
	for (int i = 0; i < 2; i++)
		sigaction(signals[i], &action, &before[i]);
}

bool interrupted(void)
{
	return came;
}

void interrupt_release(void)
{
	for (int i = 0; i < 2; i++)
		sigaction(signals[i], &before[i], NULL);
}
