"""Invented words for the sample. Any likeness to real firms or people is chance."""

from random import Random

from stdnum.cn import uscc

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余"
    "于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱江尹薛闫段雷侯"
    "龙史陶黎贺顾毛郝龚邵"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华建国志文丽玲飞鹏辉玉兰凤洁梅琳素云"
    "莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉"
)

PLACES = ["渤海", "山海", "北戴", "金港", "碧海", "海阳", "燕山", "临港", "蓝湾", "天马"]
BRANDS = ["启衡", "泽远", "恒拓", "信捷", "博纳", "科瑞", "广润", "华屹", "众成", "立新", "正川", "景昂"]
# (line of business, GB/T 4754 division, what it builds)
LINES = [
    ("智能装备", "34", "智能输送装备生产线"),
    ("汽车零部件", "36", "铝合金底盘零部件智能工厂"),
    ("粮油食品", "13", "大豆深加工及小包装灌装"),
    ("玻璃科技", "30", "电子级超薄玻璃基板"),
    ("生物医药", "27", "生物制剂及医疗器械产业园"),
    ("数据技术", "65", "工业大数据与算力服务中心"),
    ("电力设备", "38", "高压开关及变压器扩能"),
    ("新材料", "26", "水性树脂与特种助剂"),
    ("船舶重工", "37", "船用配套分段制造"),
    ("食品饮料", "14", "健康饮品灌装线"),
    ("冷链物流", "59", "临港冷链仓储物流园"),
    ("环保科技", "77", "工业固废资源化利用"),
    ("电子信息", "39", "车规级传感器封装测试"),
    ("金属制品", "33", "精密铝轮毂铸造"),
    ("葡萄酒业", "15", "酒庄及酿造车间技术改造"),
]
STREETS = ["长江道", "黄河道", "泰山路", "峨眉山路", "昆仑山路", "腾飞路", "龙海道", "珠江道", "洋河道", "戴河大街"]


def person_name(random: Random) -> str:
    """A surname and one or two given characters."""
    return random.choice(SURNAMES) + "".join(random.choice(GIVEN) for _ in range(random.choice((1, 2, 2))))


def mobile(random: Random) -> str:
    """A number in a block that carriers have not handed out."""
    return f"1{random.choice('99')}0{random.randrange(10**8):08d}"


def credit_code(serial: int) -> str:
    """A code of valid form (GB 32100-2015) for sample firm ``serial``; both check characters are right."""
    body = f"91130391MAE{serial:05d}"
    organisation = body[8:]
    body += _organisation_check(organisation)
    return body + uscc.calc_check_digit(body)


def _organisation_check(eight: str) -> str:
    """Check character of the organisation code inside (GB 11714-1997)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(char, 36) for weight, char in zip(weights, eight, strict=True))
    value = (11 - total % 11) % 11
    return "X" if value == 10 else str(value)
