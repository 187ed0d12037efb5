"""One list of adverts that the city office brought in, with what such lists hold: repeats and rows that lack something."""

import csv
import hashlib
import io

from employment_portal.accounts.models import User
from jobs.imports.actions import begin_or_continue, run_batch
from jobs.imports.mapping import mapping_named

FIELDS = ("id", "title", "employer", "place", "pay", "headcount", "education", "experience", "duties", "tags")
ADVERTS = (
    ("L001", "仓库管理员", "成都示例供应链有限公司", "成都·青白江区", "5-7千", "3人", "高中", "1-3年", "收货、盘点、发货", "五险一金 包吃"),
    ("L002", "叉车司机", "成都示例供应链有限公司", "成都·青白江区", "6-8千", "2人", "不限", "1年以上", "装卸、转运，须持叉车证", "五险一金 夜班补贴"),
    ("L003", "跨境电商客服", "成都示例供应链有限公司", "成都·双流区", "4.5-6千", "5人", "大专", "不限", "回复买家消息，处理退换货", "五险一金 双休"),
    ("L004", "会计", "成都示例财税服务有限公司", "成都·锦江区", "6-9千", "1人", "大专", "3-5年", "记账、报税、开具发票", "五险一金 双休 年终奖"),
    ("L005", "出纳", "成都示例财税服务有限公司", "成都·锦江区", "4-5千", "1人", "大专", "不限", "收付款、对账", "五险一金 双休"),
    ("L006", "中式面点师", "成都示例餐饮管理有限公司", "成都·武侯区", "6-8千", "2人", "不限", "1-3年", "包子、面条、凉菜制作", "包吃住"),
    ("L007", "传菜员", "成都示例餐饮管理有限公司", "成都·武侯区", "3.8-4.5千", "若干", "不限", "不限", "传菜、收台", "包吃住"),
    ("L008", "小时工", "成都示例餐饮管理有限公司", "成都·武侯区", "20元/小时", "6人", "不限", "不限", "午市帮厨、洗碗", "日结"),
    ("L009", "养老护理员", "成都示例康养有限公司", "成都·温江区", "5-6.5千", "8人", "初中", "不限", "照料老人起居", "五险 包住"),
    ("L010", "机械设计工程师", "成都示例精密机械有限公司", "成都·龙泉驿区", "1-1.5万·13薪", "2人", "本科", "3-5年", "夹具与非标设备设计", "五险一金 双休"),
    ("L011", "数控车工", "成都示例精密机械有限公司", "成都·龙泉驿区", "7千-1万", "4人", "中专", "1-3年", "数控车床编程与操作", "五险一金 包吃"),
    ("L012", "质检员", "成都示例精密机械有限公司", "成都·龙泉驿区", "5-6千", "很多", "高中", "不限", "来料与成品检验", "五险一金"),
    ("L013", "前台接待", "成都示例精密机械有限公司", "成都·龙泉驿区", "4-5千", "1人", "大专", "不限", "接待来访，限女性", "五险一金 双休"),
    ("L001", "仓库管理员", "成都示例供应链有限公司", "成都·青白江区", "5-7千", "3人", "高中", "1-3年", "收货、盘点、发货", "五险一金"),
    ("L014", "销售代表", "成都示例家居有限公司", "成都·成华区", "面议", "10人", "不限", "不限", "门店销售", ""),
    ("L015", "安装工", "成都示例家居有限公司", "全国", "6-9千", "5人", "不限", "1年以上", "上门安装家具", ""),
    ("L016", "", "成都示例家居有限公司", "成都·成华区", "4-6千", "1人", "不限", "不限", "送货", ""),
)  # fmt: skip


def load_import(by: User) -> None:
    """Bring the list in as the import page does: most rows go up, one waits for review, some are not imported."""
    columns = mapping_named("standard").columns
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns[field][0] for field in FIELDS)
    writer.writerows(ADVERTS)
    data = text.getvalue().encode()
    batch = begin_or_continue(
        file_name="示例人才市场周报.csv",
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        source="示例人才市场",
        mapping=mapping_named("standard"),
        by=by,
    )
    run_batch(batch_id=batch.pk, stream=io.BytesIO(data))
