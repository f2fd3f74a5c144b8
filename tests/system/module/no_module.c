/* SPDX-License-Identifier: MIT */
/* A shared object of something else. */
extern int no_module;
int no_module = 1;
