"""Lists of adverts: ``list_of(rows)`` is the bytes of a CSV list, ``run_list`` imports one."""

import csv
import hashlib
import io

from jobs.imports.actions import begin_or_continue, run_batch
from jobs.imports.mapping import mapping_named

HEADINGS = {
    "id": "岗位编号",
    "title": "岗位名称",
    "employer": "用人单位",
    "place": "工作地点",
    "pay": "薪酬",
    "headcount": "招聘人数",
    "duties": "岗位职责",
    "tags": "福利待遇",
}
ADVERT = {
    "id": "A1",
    "title": "仓库管理员",
    "employer": "成都示例物流有限公司",
    "place": "成都·成华区",
    "pay": "5-7千",
    "headcount": "3人",
    "duties": "收货、盘点、发货",
    "tags": "五险一金 双休 扫码枪",
}


def list_of(*adverts: dict[str, str]) -> bytes:
    """Each advert is ADVERT with what differs."""
    file = io.StringIO()
    writer = csv.DictWriter(file, HEADINGS.values())
    writer.writeheader()
    for advert in adverts:
        writer.writerow({HEADINGS[field]: value for field, value in (ADVERT | advert).items()})
    return file.getvalue().encode()


def begin_list(data: bytes, source: str = "示例人才网"):
    return begin_or_continue(
        file_name="list.csv",
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        source=source,
        mapping=mapping_named("standard"),
    )


def run_list(*adverts: dict[str, str], source: str = "示例人才网"):
    """Import these adverts; the finished batch."""
    data = list_of(*adverts)
    return run_batch(batch_id=begin_list(data, source).pk, stream=io.BytesIO(data))
