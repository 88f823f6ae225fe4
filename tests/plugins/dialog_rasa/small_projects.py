"""Small Rasa projects: between them they have everything that a project can have."""

from typing import Final

PIZZA: Final = {
    "config.yml": """\
recipe: default.v1
language: en
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: CountVectorsFeaturizer
- name: DIETClassifier
  epochs: 30
- name: EntitySynonymMapper
- name: FallbackClassifier
  threshold: 0.4
  ambiguity_threshold: 0.05
policies:
- name: MemoizationPolicy
  max_history: 4
- name: TEDPolicy
  max_history: 4
- name: RulePolicy
  core_fallback_threshold: 0.35
""",
    "endpoints.yml": 'action_endpoint:\n  url: "http://localhost:5055/webhook"\n',
    "domain.yml": """\
version: "3.1"
intents:
- hello
- order_pizza
- inform:
    use_entities: [size, topping, street]
- yes_please
- no_thanks
- ask_price:
    ignore_entities:
    - size
- cancel
entities:
- size
- topping
- postcode
- street:
    roles: [home, work]
- offer:
    groups: ["1", "2"]
slots:
  size:
    type: categorical
    values: [small, medium, large]
    mappings:
    - type: from_entity
      entity: size
  topping:
    type: list
    influence_conversation: false
    mappings:
    - type: from_entity
      entity: topping
      not_intent: ask_price
  street:
    type: text
    influence_conversation: false
    mappings:
    - type: from_entity
      entity: street
      role: home
    - type: from_text
      not_intent: [cancel, ask_price]
      conditions:
      - active_loop: pizza_form
        requested_slot: street
  thin:
    type: bool
    mappings:
    - type: from_intent
      intent: yes_please
      value: true
      conditions:
      - active_loop: pizza_form
        requested_slot: thin
    - type: from_intent
      intent: no_thanks
      value: false
      conditions:
      - active_loop: pizza_form
        requested_slot: thin
  hungry:
    type: float
    min_value: 0
    max_value: 10
    initial_value: 5
    mappings:
    - type: custom
  known:
    type: any
    influence_conversation: false
    mappings:
    - type: from_trigger_intent
      intent: order_pizza
      value: "yes"
forms:
  pizza_form:
    required_slots: [size, thin, street]
    ignored_intents: [ask_price]
responses:
  utter_hello:
  - text: "Hello! What can I do for you?"
    buttons:
    - title: Order a pizza
      payload: /order_pizza
    - title: A large one
      payload: '/order_pizza{"size": "large"}'
  - text: "Good evening!"
    channel: slack
  utter_ask_size:
  - text: "Which size?"
  utter_ask_pizza_form_thin:
  - text: "A thin one?"
  utter_ask_street:
  - text: "Where do you live?"
  utter_price:
  - condition:
    - type: slot
      name: size
      value: large
    text: "That is 12."
  - text: "That is 9."
  utter_ordered:
  - text: "A {size} pizza to {street}."
    image: "https://example.org/pizza.png"
  utter_ask_go_on:
  - text: "Shall we go on?"
  utter_cancelled:
  - custom: {"type": "card", "text": "Cancelled"}
    text: "Cancelled."
actions:
- action_look_up_oven
session_config:
  session_expiration_time: 30
  carry_over_slots_to_new_session: false
""",
    "data/nlu.yml": """\
version: "3.1"
nlu:
- intent: hello
  examples: |
    - hello
    - good evening
    - hi there
- intent: order_pizza
  examples: |
    - I want a pizza
    - a [large](size) pizza please
    - one with [ham](topping) and [extra cheese]{"entity": "topping", "value": "cheese"}
    - bring me a [big](size:large) one
- intent: inform
  examples: |
    - [small](size)
    - at [5 Mill Lane]{"entity": "street", "role": "home"}
    - to [9 Bank Street]{"entity": "street", "role": "work"}
    - [two for one]{"entity": "offer", "group": "1"} please
    - my postcode is [AB12](postcode)
- intent: yes_please
  examples:
  - text: |
      yes
  - text: |
      yes please
    metadata: {sure: true}
- intent: no_thanks
  examples: |
    - no
    - no thanks
- intent: ask_price
  examples: |
    - what does it cost?
    - how much is a [large](size) one: is it [ten]?
- intent: cancel
  examples: |
    - stop it
    - forget it
- synonym: cheese
  examples: |
    - mozzarella
    - cheddar
- regex: postcode
  examples: |
    - [A-Z]{2}\\d{2}
- lookup: topping
  examples: |
    - ham
    - mushrooms
    - pineapple
""",
    "data/rules.yml": """\
rules:
- rule: say hello
  steps:
  - intent: hello
  - action: utter_hello
- rule: start
  steps:
  - intent: order_pizza
  - action: pizza_form
  - active_loop: pizza_form
- rule: finish
  condition:
  - active_loop: pizza_form
  steps:
  - action: pizza_form
  - active_loop: null
  - slot_was_set:
    - requested_slot: null
  - action: utter_ordered
- rule: the price of a large one
  condition:
  - slot_was_set:
    - size: large
  steps:
  - intent: ask_price
  - action: utter_price
  wait_for_user_input: false
- rule: after the price
  condition:
  - slot_was_set:
    - size: large
  steps:
  - action: utter_price
  - action: action_look_up_oven
- rule: not understood
  conversation_start: true
  steps:
  - intent: nlu_fallback
  - action: utter_hello
""",
    "data/stories.yml": """\
stories:
- story: cancel and go on
  steps:
  - intent: order_pizza
  - action: pizza_form
  - active_loop: pizza_form
  - intent: cancel
  - action: utter_ask_go_on
  - checkpoint: asked
- story: go on
  steps:
  - checkpoint: asked
  - or:
    - intent: yes_please
    - intent: order_pizza
      entities:
      - size: large
  - action: pizza_form
- story: do not go on
  steps:
  - checkpoint: asked
  - intent: no_thanks
  - action: action_deactivate_loop
  - active_loop: null
  - action: utter_cancelled
- story: in words
  steps:
  - user: "an oven, is it hot?"
  - action: action_look_up_oven
  - slot_was_set:
    - hungry: 7.5
    - size
  - bot: "It is hot."
""",
    "tests/test_stories.yml": """\
stories:
- story: an order
  steps:
  - user: |
      a [large](size) pizza please
    intent: order_pizza
  - action: pizza_form
  - active_loop: pizza_form
  - user: "yes"
    intent: yes_please
  - action: pizza_form
  - user: "5 Mill Lane"
    intent: inform
  - action: pizza_form
  - active_loop: null
  - action: utter_ordered
""",
}

LIBRARY: Final = {
    "config.yml": """\
language: en
pipeline:
- name: WhitespaceTokenizer
- name: CountVectorsFeaturizer
- name: DIETClassifier
- name: ResponseSelector
  retrieval_intent: faq
policies:
- name: RulePolicy
""",
    "domain.yml": """\
version: "3.1"
intents: [hi, bye, faq]
responses:
  utter_hi: [{text: Hi!}]
  utter_bye: [{text: Bye!}, {text: See you!}]
""",
    "data/faq.yml": """\
nlu:
- intent: hi
  examples: |
    - hi
    - hello
- intent: bye
  examples: |
    - bye
    - so long
- intent: faq/hours
  examples: |
    - when are you open?
    - your opening hours
- intent: faq/fines
  examples: |
    - what does a late book cost?
    - is there a fine?
responses:
  utter_faq/hours:
  - text: From nine to six.
  utter_faq/fines:
  - text: "Ten pence a day."
""",
    "data/talk.yml": """\
rules:
- rule: questions
  steps:
  - intent: faq
  - action: utter_faq
- rule: hi
  steps:
  - intent: hi
  - action: utter_hi
stories:
- story: bye
  steps:
  - intent: bye
  - action: utter_bye
""",
}

WEATHER: Final = {
    "config.yml": """\
language: zh
pipeline:
- name: JiebaTokenizer
- name: CountVectorsFeaturizer
- name: DIETClassifier
policies:
- name: MemoizationPolicy
- name: RulePolicy
""",
    "domain.yml": """\
version: "3.1"
intents: [问候, 查天气, 告知]
entities: [城市]
slots:
  城市:
    type: text
    mappings:
    - {type: from_entity, entity: 城市}
forms:
  weather_form:
    required_slots: [城市]
responses:
  utter_问候:
  - text: "你好，有什么可以帮您？"
  utter_ask_城市:
  - text: 哪个城市？
  utter_weather:
  - text: "{城市}今天晴。"
""",
    "data/nlu.yml": """\
nlu:
- intent: 问候
  examples: |
    - 你好
    - 早上好
- intent: 查天气
  examples: |
    - 今天天气怎么样
    - [北京](城市)的天气
    - [魔都](城市:上海)热不热
- intent: 告知
  examples: |
    - [上海](城市)
    - 在[广州](城市)
- synonym: 上海
  examples: |
    - 魔都
    - 申城
""",
    "data/rules.yml": """\
rules:
- rule: 打招呼
  steps:
  - intent: 问候
  - action: utter_问候
- rule: 问天气
  steps:
  - intent: 查天气
  - action: weather_form
  - active_loop: weather_form
- rule: 说天气
  condition:
  - active_loop: weather_form
  steps:
  - action: weather_form
  - active_loop: null
  - action: utter_weather
stories:
- story: 先打招呼
  steps:
  - intent: 问候
  - action: utter_问候
  - intent: 查天气
    entities:
    - 城市: 北京
  - action: weather_form
""",
}

SMALL: Final = {"pizza": PIZZA, "library": LIBRARY, "weather": WEATHER}
