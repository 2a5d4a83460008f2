/*
 * What the real kernel needs for the work that the simulator is measured on.
 * Reads one command per line, answers each with the seconds of processor time it took, so that other work on the
 * machine does not count:
 *   touch small|huge PAGES   maps PAGES anonymous pages of that size and writes one byte into each
 *   hold small|huge PAGES    the same, and keeps them
 *   fork                     forks; the child exits at once; until it has been reaped
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define HUGE_PAGE_SIZE (2UL << 20)

static size_t small_page_size;

static double used_by(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Processor time of this process and of its children that have been reaped. */
static double now(void)
{
	return used_by(RUSAGE_SELF) + used_by(RUSAGE_CHILDREN);
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* Room for a whole number of huge pages wherever the mapping begins. */
static char *map(size_t bytes)
{
	char *at = mmap(NULL, bytes + HUGE_PAGE_SIZE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		die("mmap");
	return at;
}

static double touch(size_t pages, int huge, int keep)
{
	size_t page_size = huge ? HUGE_PAGE_SIZE : small_page_size;
	size_t bytes = pages * page_size;
	double begin = now(), seconds;
	char *mapping = map(bytes);
	char *at = (char *)(((size_t)mapping + HUGE_PAGE_SIZE - 1) & -HUGE_PAGE_SIZE);

#ifdef MADV_NOHUGEPAGE
	madvise(at, bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
#endif
	for (size_t i = 0; i < pages; i++)
		((volatile char *)at)[i * page_size] = 1;
	seconds = now() - begin;
	if (!keep)
		munmap(mapping, bytes + HUGE_PAGE_SIZE);
	return seconds;
}

static double fork_and_exit(void)
{
	double begin = now();
	pid_t child = fork();

	if (child < 0)
		die("fork");
	if (child == 0)
		_exit(0);
	if (waitpid(child, NULL, 0) != child)
		die("waitpid");
	return now() - begin;
}

int main(void)
{
	char line[64], size[8];
	size_t pages;

	small_page_size = sysconf(_SC_PAGESIZE);
	while (fgets(line, sizeof(line), stdin)) {
		double seconds;

		if (sscanf(line, "touch %7s %zu", size, &pages) == 2)
			seconds = touch(pages, strcmp(size, "huge") == 0, 0);
		else if (sscanf(line, "hold %7s %zu", size, &pages) == 2)
			seconds = touch(pages, strcmp(size, "huge") == 0, 1);
		else if (strncmp(line, "fork", 4) == 0)
			seconds = fork_and_exit();
		else
			return 2;
		printf("%.9f\n", seconds);
		fflush(stdout);
	}
	return 0;
}
