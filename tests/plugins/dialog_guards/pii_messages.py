"""Messages with made-up personal data, and with numbers that are none: what recognizers are measured on.

The data comes from Faker, whose makers know nothing of our patterns; names of people are left out of the count.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from faker import Faker

SEED = 20261


@dataclass(frozen=True, slots=True)
class Message:
    """A message and what stands in it: kind and words, in order."""

    text: str
    language: str
    data: tuple[tuple[str, str], ...]


Make = Callable[[], str]

ENGLISH: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "email",
        (
            "Please send the receipt to {}.",
            "{} is my e-mail, thanks",
            "my account is under {} I think",
            "can you write to {} or shall I call again?",
        ),
    ),
    (
        "phone",
        (
            "My phone number is {}.",
            "You can reach me at {} after five.",
            "call me on {} please",
            "Mobile: {}",
            "I was told to text {}, is that right?",
        ),
    ),
    (
        "credit_card",
        (
            "My card number is {} and it was declined.",
            "charge it to {} please",
            "The Visa card {} was stolen yesterday",
        ),
    ),
    ("iban", ("Please refund to {}.", "My IBAN is {}, at the bank since May.")),
    ("us_ssn", ("My SSN is {}.", "social security number {}, as you asked")),
    ("uk_nino", ("My National Insurance number is {}.", "NINO: {}")),
    ("passport", ("My passport number is {}.", "I travel on passport {} to Spain")),
    ("ip_address", ("I cannot log in from {} since Monday.", "The router says {} and nothing works")),
    (
        "address",
        (
            "I live at {}.",
            "Ship it to {} please.",
            "My new address is {}.",
            "deliver everything to {} by Friday",
        ),
    ),
    ("date_of_birth", ("I was born on {}.", "Date of birth: {}", "my birthday is {}, does that help?")),
    ("licence_plate", ("My licence plate is {}.", "the car with the registration {} is mine")),
    ("url_credentials", ("The feed is at https://{}@feeds.example.com/news and fails.",)),
    ("wechat", ("My WeChat ID is {}.", "add me on wechat: {}")),
)

CHINESE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("email", ("请把发票发到{}。", "我的邮箱是{}，谢谢", "邮箱{}收不到验证码")),
    ("phone", ("我的手机号是{}。", "请打{}联系我", "电话：{}", "您可以拨打{}找我，我下午都在", "{}这个号码打不通")),
    ("id_card", ("我的身份证号码是{}。", "身份证{}，麻烦查一下", "实名认证填的是{}")),
    ("bank_card", ("银行卡号{}，请退款到这里", "我的卡号是{}。", "请转到{}这张卡")),
    ("licence_plate", ("我的车牌号是{}。", "{}停在门口", "车牌{}违章了吗")),
    ("wechat", ("我的微信号是{}。", "加我微信{}", "微信：{}，备注订单")),
    ("qq", ("我的QQ是{}。", "加QQ {}", "QQ号：{}")),
    ("address", ("我住在{}。", "收货地址：{}", "请寄到{}，谢谢", "送到{}就行")),
    ("date_of_birth", ("我的出生日期是{}。", "我{}出生", "生日：{}")),
    ("passport", ("护照号码{}，下周出发", "我的护照号是{}。")),
    ("ip_address", ("我的IP是{}，连不上", "服务器{}没有响应")),
)

HARMLESS_ENGLISH = (
    "My order number is {n10}.",
    "Tracking number {n12}, where is it?",
    "It cost ${price} plus ${small} for shipping.",
    "The meeting is on {day} at 10:30.",
    "I ordered {count} of item {sku} last week.",
    "Invoice {n8} from {day} is wrong.",
    "We are on version {version} of the app.",
    "Flight BA{n4} leaves at 12:45 from gate B{count}.",
    "The booking reference is {ref}.",
    "Ticket #{n10} has been open for {count} days.",
    "The ISBN is 978-{n1}-{n4}-{n4}-{n1}.",
    "Room {n4}, floor {count}, for {count} nights",
    "The total was {price} USD for {count} people.",
    "My serial number is {n12}.",
    "I want 12 large lamps and {count} small ones.",
    "Chapter {count}, page {n3}, section 3.2.1",
)
HARMLESS_CHINESE = (
    "我的订单号是{n12}。",
    "快递单号{n12}，到哪里了？",
    "一共{price}元，运费{small}元",
    "会议在{day}上午10:30",
    "流水号{n16}查不到",
    "我买了{count}件，编号{sku}",
    "验证码{n6}不对",
    "版本{version}打不开",
    "订单{n11}什么时候发货",
    "发票号码{n8}有问题",
    "我们班有{count}个人，考了{n3}分",
    "走中山路要{count}分钟，在{count}楼",
)


def messages(count: int = 500, seed: int = SEED) -> list[Message]:
    """Return messages, half of them English and half Chinese; three in ten hold no personal data."""
    rng = random.Random(seed)
    made = [*_messages(rng, "en", count // 2, seed), *_messages(rng, "zh", count - count // 2, seed)]
    rng.shuffle(made)
    return made


def _messages(rng: random.Random, language: str, count: int, seed: int) -> Iterator[Message]:
    makers = _english(rng, seed) if language == "en" else _chinese(rng, seed)
    kinds = ENGLISH if language == "en" else CHINESE
    harmless = HARMLESS_ENGLISH if language == "en" else HARMLESS_CHINESE
    for number in range(count):
        text, data = "", []
        if number % 10 >= 3:
            for kind, templates in rng.sample(kinds, 1 + (number % 10 == 9)):
                made = makers[kind]()
                text += (" " if text else "") + rng.choice(templates).format(made)
                data.append((kind, made))
        if number % 10 < 4:
            text += (" " if text else "") + _fill(rng, rng.choice(harmless))
        yield Message(text, language, tuple(data))


def _fill(rng: random.Random, template: str) -> str:
    numbers = {f"n{length}": str(rng.randrange(10 ** (length - 1), 10**length)) for length in range(1, 17)}
    return template.format(
        price=f"{rng.randrange(1, 9999):,}.{rng.randrange(100):02}",
        small=rng.randrange(2, 99),
        day=rng.choice(("2024-05-03", "3 June 2025", "12/08/2025", "2025.10.1")),
        count=rng.randrange(2, 60),
        sku=f"{rng.choice('ABKX')}{rng.randrange(1000, 9999)}-{rng.randrange(10, 99)}",
        version=f"{rng.randrange(9)}.{rng.randrange(20)}.{rng.randrange(20)}",
        ref="".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(6)),
        **numbers,
    )


def _english(rng: random.Random, seed: int) -> dict[str, Make]:
    american, british, german = Faker("en_US"), Faker("en_GB"), Faker("de_DE")
    for number, fake in enumerate((american, british, german)):
        fake.seed_instance(seed + number)

    def birth() -> str:
        day = american.date_of_birth(minimum_age=18, maximum_age=90)
        return day.strftime(rng.choice(("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%B %d, %Y", "%d %B %Y")))

    def address() -> str:
        fake = rng.choice((american, american, british))
        return fake.street_address().replace("\n", ", ") if fake is american else _british_house(rng, british)

    return {
        "email": lambda: rng.choice((american, british)).email(),
        "phone": lambda: rng.choice((american, british)).phone_number(),
        "credit_card": lambda: _grouped(rng, american.credit_card_number(rng.choice(("visa", "mastercard", "amex")))),
        "iban": lambda: rng.choice((british, german)).iban(),
        "us_ssn": american.ssn,
        "uk_nino": lambda: _nino(rng),
        "passport": american.passport_number,
        "ip_address": lambda: american.ipv4() if rng.random() < 0.7 else american.ipv6(),
        "address": address,
        "date_of_birth": birth,
        "licence_plate": lambda: british.license_plate(),
        "url_credentials": lambda: f"{american.user_name()}:{american.password(length=10, special_chars=False)}",
        "wechat": lambda: f"{american.user_name()[:12]}_{rng.randrange(10, 99)}",
    }


def _british_house(rng: random.Random, british: Faker) -> str:
    return f"{rng.randrange(1, 200)} {british.last_name()} {rng.choice(('Road', 'Street', 'Lane', 'Close', 'Avenue'))}"


def _chinese(rng: random.Random, seed: int) -> dict[str, Make]:
    fake = Faker("zh_CN")
    fake.seed_instance(seed + 9)

    def phone() -> str:
        number = fake.phone_number()
        return rng.choice((number, number, f"{number[:3]}-{number[3:7]}-{number[7:]}", f"+86 {number}", _landline(rng)))

    def birth() -> str:
        day = fake.date_of_birth(minimum_age=18, maximum_age=90)
        return rng.choice((f"{day.year}年{day.month}月{day.day}日", day.strftime("%Y-%m-%d"), day.strftime("%Y.%m.%d")))

    return {
        "email": fake.email,
        "phone": phone,
        "id_card": fake.ssn,
        "bank_card": lambda: _union_pay(rng),
        "licence_plate": lambda: fake.license_plate().replace("-", rng.choice(("", "·"))),
        "wechat": lambda: rng.choice(
            (f"wxid_{fake.user_name()[:8]}", f"{fake.user_name()[:8]}{rng.randrange(1980, 2010)}")
        ),
        "qq": lambda: str(rng.randrange(100000, 9999999999)),
        "address": lambda: _chinese_house(rng, fake),
        "date_of_birth": birth,
        "passport": lambda: f"E{rng.randrange(10**7, 10**8)}",
        "ip_address": fake.ipv4,
    }


def _landline(rng: random.Random) -> str:
    return f"{rng.choice(('010', '021', '0755', '0571'))}-{rng.randrange(20000000, 89999999)}"


def _chinese_house(rng: random.Random, fake: Faker) -> str:
    city = f"{fake.province()}{fake.city_name()}市" if rng.random() < 0.5 else f"{fake.city_name()}市"
    district = f"{fake.district()}区"
    street = f"{rng.choice(('中山', '人民', '解放', '建设', '文化', '长江'))}{rng.choice(('路', '街', '大道', '北路'))}"
    road = f"{street}{rng.randrange(1, 999)}号"
    rest = rng.choice(
        (
            "",
            f"{rng.randrange(1, 20)}栋{rng.randrange(100, 2500)}室",
            f"{rng.randrange(1, 9)}号楼{rng.randrange(1, 5)}单元{rng.randrange(101, 999)}",
        )
    )
    return f"{city}{district}{road}{rest}"


def _nino(rng: random.Random) -> str:
    prefix = rng.choice(("AB", "CE", "JT", "WM", "SP", "HK"))
    pairs = [f"{rng.randrange(100):02}" for _ in range(3)]
    return rng.choice(("", " ")).join((prefix, *pairs, rng.choice("ABCD")))


def _union_pay(rng: random.Random) -> str:
    body = f"62{rng.randrange(10**15, 10**16)}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(body))]
    check = -sum(value - 9 if value > 9 else value for value in doubled) % 10
    return _grouped(rng, f"{body}{check}")


def _grouped(rng: random.Random, number: str) -> str:
    if rng.random() < 0.5:
        return number
    return rng.choice((" ", "-")).join(number[at : at + 4] for at in range(0, len(number), 4))
