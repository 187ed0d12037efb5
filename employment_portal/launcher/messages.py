"""What the launcher says, in English, or in Chinese where LANG begins with zh."""

import errno
import os
import sys

MESSAGES: dict[str, tuple[str, str]] = {
    # progress
    "making_environment": ("Making the Python environment in {folder}", "正在 {folder} 创建 Python 环境"),
    "installing": ("Installing {count} packages from {lock}", "正在安装 {lock} 中的 {count} 个软件包"),
    "downloading": ("  {done} of {count} packages fetched", "  已获取 {done}/{count} 个软件包"),
    "unpacking": ("  unpacking them", "  正在解包安装"),
    "installed": ("Packages installed in {seconds} s", "软件包安装完成，用时 {seconds} 秒"),
    "new_cluster": (
        "Making a PostgreSQL {version} database in {folder}",
        "正在 {folder} 创建 PostgreSQL {version} 数据库",
    ),
    "stopping_orphan": (
        "Stopping a {server} that an earlier run left behind",
        "正在停止上次运行遗留的 {server}",
    ),
    "recovering": (
        "PostgreSQL is recovering after an unclean stop; nothing is lost, please wait",
        "PostgreSQL 正在从上次异常退出中恢复，数据不会丢失，请稍候",
    ),
    "queue_set_aside": (
        "Redis could not read its saved queue. The file is kept as {file}; the work is found again in PostgreSQL.",
        "Redis 无法读取已保存的队列，原文件保留为 {file}；待办任务会从 PostgreSQL 中重新找回。",
    ),
    "preparing": ("Preparing the database and the static files", "正在准备数据库和静态文件"),
    "backing_up": (
        "The database is of an older version. A copy goes to {file} before it is migrated.",
        "数据库来自旧版本，升级前先备份到 {file}。",
    ),
    "migrating": ("Applying {count} migrations", "正在执行 {count} 个数据库迁移"),
    "loading_reference": (
        "Loading working days, regions, occupations and industries",
        "正在载入工作日历、行政区划、职业和行业分类",
    ),
    "loading_sample": ("Loading the sample city ({size})", "正在载入示例城市（{size}）"),
    "sample_stage": ("  {seconds:>3} s  {stage}", "  {seconds:>3} 秒  {stage}"),
    "sample_offices": ("agencies, staff, employers", "机构、工作人员、用人单位"),
    "sample_people": ("people, their status and résumés", "人员及其就业状态、简历"),
    "sample_registers": ("what other authorities know of them", "其他部门的登记信息"),
    "sample_postings": ("job adverts", "招聘岗位"),
    "sample_search": ("the search, a list of adverts brought in", "岗位搜索、批量导入"),
    "sample_stories": ("applications, interviews, invitations", "求职申请、面试、邀请"),
    "sample_subsidies": ("subsidies claimed, noticed, paid", "补贴申领、公示、发放"),
    "sample_offers": ("whom the policies find", "政策找人"),
    "sample_keeping": ("keeping all of it", "保存"),
    "sample_loaded": ("The sample city is there, after {seconds} s", "示例城市载入完成，用时 {seconds} 秒"),
    "collecting": ("Collecting static files", "正在收集静态文件"),
    "starting_web": (
        "Starting the web server, the worker and the scheduler",
        "正在启动网站、任务进程和调度进程",
    ),
    "ready": ("The portal is ready at {address}", "门户已启动：{address}"),
    "outbox": (
        'SMS and mail that it "sent" can be read at {address}',
        "模拟发出的短信和邮件可在此查看：{address}",
    ),
    "how_to_stop": ("Press Ctrl-C to stop it.", "按 Ctrl-C 停止。"),
    "stopping": ("Stopping", "正在停止"),
    "stopped": ("Stopped.", "已停止。"),
    "restarting": (
        "{name} ended ({reason}); starting it again in {seconds} s",
        "{name} 已退出（{reason}），{seconds} 秒后重新启动",
    ),
    "keeps_ending": (
        "{name} keeps ending ({reason}), {times} times in a row. Its messages are above; next try in {seconds} s.",
        "{name} 连续 {times} 次退出（{reason}），原因见上方输出；{seconds} 秒后再试。",
    ),
    "test_servers": ("Starting PostgreSQL and Redis for the tests", "正在启动测试用的 PostgreSQL 和 Redis"),
    # problems
    "no_venv": (
        "This Python has no venv module with pip. Install it (Debian, Ubuntu: apt install python3-venv; "
        "Fedora: dnf install python3-pip) and run the command again.",
        "当前 Python 缺少带 pip 的 venv 模块。请先安装（Debian、Ubuntu：apt install python3-venv；"
        "Fedora：dnf install python3-pip），再重新运行本命令。",
    ),
    "venv_failed": (
        "The Python environment could not be made in {folder}: {reason}",
        "无法在 {folder} 创建 Python 环境：{reason}",
    ),
    "no_network": (
        "The packages could not be fetched: no connection to the package index. Connect to the network (or set "
        "PIP_INDEX_URL to a mirror) and run the command again; what was fetched is kept.",
        "无法下载软件包：连接不到软件源。请检查网络（或用 PIP_INDEX_URL 指定镜像）后重新运行，已下载的部分会保留。",
    ),
    "bad_hash": (
        "A fetched package is not the one in {lock}, so nothing of it was installed. Run the command again; "
        "if it happens again, the index or the network changes packages. Details: {log}",
        "下载的软件包与 {lock} 中的校验值不符，未安装。请重试；若再次出现，说明软件源或网络篡改了软件包。详见 {log}",
    ),
    "pip_failed": (
        "The packages could not be installed: {reason} Details: {log}",
        "软件包安装失败：{reason} 详见 {log}",
    ),
    "environment_loop": (
        "Python in {folder} does not take itself for that environment. Delete the folder and run the command again.",
        "{folder} 中的 Python 无法识别自身环境。请删除该文件夹后重新运行。",
    ),
    "disk_full": (
        "The disk that holds {folder} is full. Free some space and run the command again; nothing was lost.",
        "{folder} 所在磁盘已满。请腾出空间后重新运行，数据没有丢失。",
    ),
    "disk_nearly_full": (
        "Only {free} MB are free on the disk that holds {folder}, and {needed} MB are needed. "
        "Free some space and run the command again; nothing was changed.",
        "{folder} 所在磁盘仅剩 {free} MB，至少需要 {needed} MB。请腾出空间后重新运行，尚未做任何改动。",
    ),
    "not_writable": (
        "{folder} cannot be written to ({reason}). Make it writable for this user, or run the portal as its owner.",
        "无法写入 {folder}（{reason}）。请为当前用户开放写权限，或以其所有者身份运行。",
    ),
    "other_owner": (
        "{folder} belongs to {owner}: start the portal as that user, as it was started the first time.",
        "{folder} 属于用户 {owner}，请以首次启动时的同一用户运行。",
    ),
    "folder_closed": (
        "PostgreSQL does not run as root and must reach its data as user {user}, but {folder} lets nobody in. "
        "Set PORTAL_SERVERS to a folder outside of it.",
        "PostgreSQL 不能以 root 运行，须由用户 {user} 访问数据，但 {folder} 不允许进入。"
        "请用 PORTAL_SERVERS 指定其他文件夹。",
    ),
    "folder_unsafe": (
        "{folder} may be changed by other users of this machine, so the portal does not use it. "
        "Delete it or set PORTAL_SERVERS to another folder.",
        "{folder} 可被本机其他用户修改，出于安全不予使用。请删除它，或用 PORTAL_SERVERS 指定其他文件夹。",
    ),
    "port_taken": (
        "Port {port} on {host} is taken by another program. Stop it, or choose another one: manage.py up --port {other}",
        "{host} 的端口 {port} 已被其他程序占用。请停止该程序，或换一个端口：manage.py up --port {other}",
    ),
    "port_refused": (
        "The portal may not listen on {host} port {port} ({reason}). Choose another one: manage.py up --port 8000",
        "无法监听 {host} 的端口 {port}（{reason}）。请换一个端口：manage.py up --port 8000",
    ),
    "already_up": (
        "The portal of this folder is already running at {address} (process {pid}). Stop it there with Ctrl-C.",
        "本目录的门户已在运行：{address}（进程 {pid}）。如需停止，请在该终端按 Ctrl-C。",
    ),
    "being_installed": (
        "Another command is installing the packages just now; waiting for it",
        "另一个命令正在安装软件包，正在等待其完成",
    ),
    "no_postgresql": (
        "There is no PostgreSQL for this machine among the packages. Install PostgreSQL 15 or newer and give its "
        "address in DATABASE_URL.",
        "软件包中没有适用于本机的 PostgreSQL。请安装 PostgreSQL 15 或更高版本，并设置 DATABASE_URL。",
    ),
    "other_postgresql": (
        "The data in {folder} was made by PostgreSQL {version}, which is no longer among the packages. "
        "Check out the version of the portal that made it, run manage.py backup there, and restore it here.",
        "{folder} 中的数据由 PostgreSQL {version} 创建，而当前软件包不含该版本。"
        "请在原版本门户中运行 manage.py backup，再在此恢复。",
    ),
    "no_redis": (
        "There is no redis-server for this machine among the packages or on the PATH. Install Redis 6 or newer "
        "(Debian, Ubuntu: apt install redis-server), or give its address in REDIS_URL.",
        "软件包和 PATH 中都没有可用的 redis-server。请安装 Redis 6 或更高版本"
        "（Debian、Ubuntu：apt install redis-server），或设置 REDIS_URL。",
    ),
    "server_failed": (
        "{server} did not start: {reason} Details: {log}",
        "{server} 启动失败：{reason} 详见 {log}",
    ),
    "database_unreachable": (
        "The database in DATABASE_URL does not answer: {reason}",
        "DATABASE_URL 指定的数据库无法连接：{reason}",
    ),
    "database_too_old": (
        "The database in DATABASE_URL is PostgreSQL {version}; the portal needs 15 or newer.",
        "DATABASE_URL 指定的是 PostgreSQL {version}，门户需要 15 或更高版本。",
    ),
    "redis_unreachable": (
        "Redis in REDIS_URL does not answer: {reason}",
        "REDIS_URL 指定的 Redis 无法连接：{reason}",
    ),
    "keys_lost": (
        "{file} is missing, and the database holds numbers encrypted with its keys. Put the file back from your "
        "copy, or set FIELD_ENCRYPTION_KEYS, FIELD_HASH_KEY and SECRET_KEY.",
        "缺少 {file}，而数据库中的证件号码等由其中的密钥加密。请恢复该文件，"
        "或设置 FIELD_ENCRYPTION_KEYS、FIELD_HASH_KEY 和 SECRET_KEY。",
    ),
    "newer_database": (
        "The database was made by a newer version of the portal (it has {migrations}). Update the portal, "
        "or restore a backup of this version. Nothing was changed.",
        "数据库来自更新版本的门户（含 {migrations}）。请升级门户，或恢复本版本的备份。尚未做任何改动。",
    ),
    "prepare_failed": (
        "The database could not be prepared; the reason is above. Nothing half-done was kept: "
        "run the command again once it is solved.",
        "数据库准备失败，原因见上方输出。未完成的步骤均已撤销，解决后重新运行即可。",
    ),
    "never_ready": (
        "{name} does not start; its messages are above.",
        "{name} 无法启动，原因见上方输出。",
    ),
    "too_many_tests": (
        "{count} test runs of this folder are going on already. Wait for one to end.",
        "本目录已有 {count} 个测试在运行，请等待其中一个结束。",
    ),
}


def speaks_chinese() -> bool:
    """Whether the user's locale is Chinese, by the order in which the C library reads the variables."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return locale.lower().startswith("zh")


def text(key: str, **values: object) -> str:
    return MESSAGES[key][speaks_chinese()].format(**values)


def say(key: str, **values: object) -> None:
    """One line of progress."""
    print(text(key, **values), flush=True)


class Problem(Exception):
    """Something that the user can put right: told in one sentence, without a traceback."""

    def __init__(self, key: str, **values: object):
        super().__init__(text(key, **values))
        self.key = key


def problem_of(error: OSError) -> Problem | None:
    """The sentence for a full disk or a closed folder; None for what is not the user's to solve."""
    place = error.filename2 or error.filename or "?"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Problem("disk_full", folder=place)
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS} and error.filename:
        return Problem("not_writable", folder=place, reason=error.strerror)
    return None


def complain(problem: Exception) -> None:
    print(f"\n{problem}", file=sys.stderr, flush=True)
