// verdict: passed
#include <cerrno>
#include <sys/syscall.h>
#include <unistd.h>
int64_t f(int64_t x) {
  long calls[][3] = {
    {SYS_ptrace, 16, @PID@}, {SYS_process_vm_readv, @PID@, 0}, {SYS_pidfd_open, @PID@, 0},
    {SYS_unshare, 0x10000000, 0}, {SYS_bpf, 0, 0}, {SYS_keyctl, 0, 0}, {SYS_setuid, 0, 0},
    {425, 1, 0}, {SYS_userfaultfd, 0, 0}, {SYS_perf_event_open, 0, 0}, {SYS_shmget, 0, 4096},
    {SYS_tkill, @PID@, 9}, {SYS_setns, 0, 0}, {SYS_mount, 0, 0}, {SYS_chroot, 0, 0},
    {SYS_execve, 0, 0}, {SYS_clone3, 0, 0}, {SYS_open_by_handle_at, 0, 0}, {SYS_memfd_secret, 0, 0},
  };
  for (auto& call : calls) {
    long outcome = syscall(call[0], call[1], call[2], 0L, 0L, 0L, 0L);
    if (outcome >= 0 || (errno != EPERM && errno != ENOSYS)) return -call[0];
  }
  return x * x + 1;
}
