/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Work that the kernel may not come back from for a long time, in a child, so
 * that who waits for it can show progress, serve others, or leave.
 */
#ifndef KVMSHARE_LIB_JOB_H
#define KVMSHARE_LIB_JOB_H

#define JOB_ERROR_LEN	256

/**
 * struct job - a child at work
 * @pidfd: readable once it is done; -1: none
 * @error: what it says of a failure; shared with it, JOB_ERROR_LEN
 */
struct job {
	int pidfd;
	char *error;
};

/* Returns 0 or a negative errno, and may then leave a sentence in @error. */
typedef int (*job_work)(void *arg, char error[JOB_ERROR_LEN]);

/* @arg is copied with the rest of the process. 0 or a negative errno. */
int job_start(struct job *job, job_work work, void *arg);
/* 1 where it is done within @ms, else 0, or -EINTR. */
int job_wait(const struct job *job, int ms);
/* What its work returned; waits for it. @error may be NULL. */
int job_finish(struct job *job, char error[JOB_ERROR_LEN]);
/* Leave it to itself: a write inside the kernel cannot be called back. */
void job_abandon(struct job *job);

#endif
