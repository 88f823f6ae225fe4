"""Reads a language model: finds out what it is, sees that all of it is there, and puts it where it runs.

Imports torch and transformers: import it late, and call it from a thread.
"""

import logging as standard_logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import torch
import transformers
from transformers.utils import logging

from dialog_core import PluginError
from dialog_generative.local.model import LoadedModel
from dialog_generative.local.model_files import ModelFiles
from dialog_generative.local.options import TransformersOptions

# What ends a turn in the templates of families whose `eos_token` ends something else, or nothing.
ENDS_OF_TURN = (
    "<|im_end|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|end|>",
    "<end_of_turn>",
    "<|endofturn|>",
    "<|end_of_turn|>",
)
GENERATING = (
    "ForCausalLM",
    "LMHeadModel",
    "ForConditionalGeneration",
    "WithLMHeadModel",
)  # names of such classes end so
SANE_LENGTH = 10_000_000  # tokens; above, a tokenizer only says that it does not know
UNKNOWN_WINDOW = 2048  # tokens, of models whose configuration does not say how much they read
LONGEST = 300  # characters of what a library says is wrong
FIRST = 3  # how many of the weights that differ are named

# Of what a model's own settings say about generating, the tokens: how it generates, the bot file says.
_TOKENS = ("bos_token_id", "decoder_start_token_id", "forced_bos_token_id", "suppress_tokens", "begin_suppress_tokens")

_loading = Lock()  # one after the other: the verbosity of transformers is everybody's


def load(files: ModelFiles, options: TransformersOptions) -> LoadedModel:
    """Return a model that is ready to run.

    Args:
        files: Where it is.
        options: Where, and in which precision, it is to run.

    Raises:
        PluginError: It cannot be used: what is wrong with which file, and what to do.
    """
    with _loading, _quiet():
        config = _config(files, options)
        device = find_device(options.device)
        tokenizer = _tokenizer(files, options)
        model = _model(files, config, options, device)
        if files.adapter is not None:
            model = _adapted(model, tokenizer, files)
    places = model.get_input_embeddings().weight.shape[0]
    largest = max(tokenizer.get_vocab().values(), default=-1)
    if largest >= places:
        raise PluginError(
            f"the tokenizer in {files.tokenizer} has tokens up to number {largest}, and the model knows "
            f"{places}: they do not belong together. Put the model's own tokenizer there."
        )
    ends = _ends(model, tokenizer)
    if not ends:
        raise PluginError(
            f"nothing ends a reply: the tokenizer in {files.tokenizer} has no `eos_token`, and the "
            "model's configuration names none. Set `eos_token` in tokenizer_config.json."
        )
    pad = tokenizer.pad_token_id
    ends_and_pad = {"eos_token_id": list(ends), "pad_token_id": ends[0] if pad is None else pad}
    own = model.generation_config
    told = {name: getattr(own, name, None) for name in _TOKENS}
    model.generation_config = transformers.GenerationConfig(**told, **ends_and_pad)  # type: ignore[no-untyped-call]
    return LoadedModel(
        model=_placed(model, device, files).eval(),
        tokenizer=tokenizer,
        device=torch.device(device),
        encoder_decoder=bool(config.is_encoder_decoder),
        window=_window(config, tokenizer, options.context_tokens),
        end_ids=ends,
        pad_id=ends[0] if pad is None else int(pad),
        name=files.name,
    )


def find_device(wanted: str) -> str:
    """Return where to compute: `cpu` or `cuda`.

    Raises:
        PluginError: A GPU is wanted, and there is none.
    """
    there = torch.cuda.is_available()
    if wanted == "cuda" and not there:
        raise PluginError("`device: cuda` asks for a GPU, and torch finds none here. Set `device: auto`.")
    return "cuda" if there and wanted != "cpu" else "cpu"


def find_dtype(wanted: str, device: str) -> torch.dtype:
    """Return in which precision to compute: bfloat16 on a GPU that computes in it, float32 on a CPU, unless told."""
    if wanted != "auto":
        chosen: torch.dtype = getattr(torch, wanted)
        return chosen
    if device == "cpu":
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16


def find_attention(wanted: str, device: str, dtype: torch.dtype) -> str | None:
    """Return which implementation of attention to ask for; None: the best one the model has.

    Raises:
        PluginError: It is not there, or not for this device or precision.
    """
    if wanted == "auto":
        return None
    if wanted == "flash_attention_2":
        from transformers.utils.import_utils import is_flash_attn_2_available

        if device != "cuda" or dtype not in (torch.bfloat16, torch.float16):
            raise PluginError(
                "`attention: flash_attention_2` needs a GPU and `dtype: bfloat16` or `float16`. Set `attention: auto`."
            )
        if not is_flash_attn_2_available():
            raise PluginError(
                "`attention: flash_attention_2` needs the package flash-attn, which is not installed. "
                "Run: pip install flash-attn, or set `attention: auto`."
            )
    return wanted


def _config(files: ModelFiles, options: TransformersOptions) -> Any:
    try:
        config = transformers.AutoConfig.from_pretrained(
            files.weights, local_files_only=True, trust_remote_code=options.trust_remote_code
        )
    except Exception as error:  # whatever a damaged or foreign file makes of any of a hundred readers
        if not options.trust_remote_code and "custom code" in str(error):
            raise PluginError(
                f"the model in {files.weights} is made of code of its own, which is not run. If you have read that "
                "code and trust it, set `trust_remote_code: true`."
            ) from error
        raise PluginError(f"config.json in {files.weights} cannot be used: {_first(error)}") from error
    quantised = getattr(config, "quantization_config", None)
    if quantised:
        how = quantised.get("quant_method", "") if isinstance(quantised, dict) else ""
        raise PluginError(
            f"{files.name} is quantised{f' ({how})' if how else ''}, which is not read here. Name the model it was "
            "made from, or let a server run it and use the policy `openai`."
        )
    mapping = _auto(config)._model_mapping
    own_code = bool(getattr(config, "auto_map", None)) and options.trust_remote_code
    made = [str(name) for name in getattr(config, "architectures", None) or ()]
    generates = not made or any(name.endswith(GENERATING) for name in made)
    if not own_code and (type(config) not in mapping or not generates):
        raise PluginError(
            f"{files.name} is a model of the type {config.model_type!r}{f' ({made[0]})' if made else ''}, which does "
            "not write texts. Name one that does, such as a Llama, a GPT-2 or a T5."
        )
    return config


def _auto(config: Any) -> Any:
    return transformers.AutoModelForSeq2SeqLM if config.is_encoder_decoder else transformers.AutoModelForCausalLM


def _tokenizer(files: ModelFiles, options: TransformersOptions) -> Any:
    try:
        return transformers.AutoTokenizer.from_pretrained(
            files.tokenizer, local_files_only=True, trust_remote_code=options.trust_remote_code
        )
    except Exception as error:
        raise PluginError(
            f"the tokenizer in {files.tokenizer} cannot be read: {_first(error)} Save it there with `save_pretrained`."
        ) from error


def _model(files: ModelFiles, config: Any, options: TransformersOptions, device: str) -> Any:
    dtype = find_dtype(options.dtype, device)
    attention = find_attention(options.attention, device, dtype)
    try:
        model, told = _auto(config).from_pretrained(
            files.weights,
            config=config,
            dtype=dtype,
            **({"attn_implementation": attention} if attention is not None else {}),
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=options.trust_remote_code,
            ignore_mismatched_sizes=True,  # they are looked at below; else the weights' names were only logged
            output_loading_info=True,
        )
    except Exception as error:
        raise PluginError(f"the model in {files.weights} cannot be read: {_first(error)}") from error
    _check_complete(files, told)
    return model


def _check_complete(files: ModelFiles, told: Any) -> None:
    """Refuse weights that do not fit the configuration: transformers would put random ones in their place."""
    wrong = sorted(told["mismatched_keys"])
    faults = [f"{name} has the shape {_shape(there)} and should have {_shape(due)}" for name, there, due in wrong]
    faults += [f"{name} is missing" for name in sorted(told["missing_keys"])]
    faults += [f"{name} is not known to it" for name in sorted(told["unexpected_keys"])]
    faults += [str(line).splitlines()[0] for line in told.get("error_msgs") or ()]
    if faults:
        more = f", and {len(faults) - FIRST} more" if len(faults) > FIRST else ""
        raise PluginError(
            f"the weights in {files.weights} do not fit its config.json: {', '.join(faults[:FIRST])}"
            f"{more}. Put the files there that belong together."
        )


def _adapted(model: Any, tokenizer: Any, files: ModelFiles) -> Any:
    """Return a model with an adapter's matrices added to its weights."""
    try:
        from peft import PeftModel
        from safetensors import safe_open
    except ModuleNotFoundError as error:
        raise PluginError(
            f"the adapter in {files.adapter} needs the package {error.name!r}, which is not installed. "
            "Run: pip install 'dialog-core[generative]'"
        ) from error
    assert files.adapter is not None
    try:
        with safe_open(files.adapter / "adapter_model.safetensors", framework="pt") as weights:
            names = set(weights.keys())
        if any("embed" in name or "wte" in name for name in names):  # it has learnt tokens of its own
            tokens = max(tokenizer.get_vocab().values()) + 1
            if tokens > model.get_input_embeddings().weight.shape[0]:
                model.resize_token_embeddings(tokens, mean_resizing=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", UserWarning)  # weights that are missing or too many are only warned of
            adapted = PeftModel.from_pretrained(model, str(files.adapter), local_files_only=True)
        return adapted.merge_and_unload(safe_merge=True)
    except Exception as error:  # shapes of another model, a damaged file
        raise PluginError(
            f"the adapter in {files.adapter} cannot be added to the model in {files.weights}: {_first(error)} Was it "
            "trained from that model?"
        ) from error


def _placed(model: Any, device: str, files: ModelFiles) -> Any:
    try:
        return model.to(device)
    except torch.OutOfMemoryError as error:
        size = sum(weight.numel() * weight.element_size() for weight in model.parameters()) / 2**30
        free = torch.cuda.mem_get_info()[0] / 2**30
        model.to("cpu")
        raise PluginError(
            f"{files.name} takes {size:.1f} GiB, and of the GPU's memory {free:.1f} GiB are free. Set `device: cpu` or "
            "`dtype: bfloat16`, free some of it, or take a smaller model."
        ) from error


def _ends(model: Any, tokenizer: Any) -> tuple[int, ...]:
    """Return the tokens that end a reply, the tokenizer's own first."""
    named: list[Any] = [tokenizer.eos_token_id]
    for config in (model.generation_config, model.config):
        ends = getattr(config, "eos_token_id", None)
        named += ends if isinstance(ends, list | tuple) else [ends]
    added = tokenizer.added_tokens_encoder
    named += [added[token] for token in ENDS_OF_TURN if token in added]
    return tuple(dict.fromkeys(int(end) for end in named if end is not None))


def _window(config: Any, tokenizer: Any, wanted: int) -> int:
    """Return how many tokens the model reads: the least of what its parts say, and no more than is wanted."""
    text = config.get_text_config(decoder=not config.is_encoder_decoder)
    limits = [getattr(text, name, None) for name in ("max_position_embeddings", "n_positions", "max_sequence_length")]
    limits.append(_sliding(text))
    limits.append(getattr(tokenizer, "model_max_length", None))
    known = [int(limit) for limit in limits if isinstance(limit, int | float) and 0 < limit < SANE_LENGTH]
    most = min(known, default=UNKNOWN_WINDOW)
    return min(most, wanted) if wanted else most


def _sliding(config: Any) -> int | None:
    """Return how far back all of a model's layers look; None where some of them see everything."""
    if getattr(config, "use_sliding_window", True) is False:
        return None
    kinds = getattr(config, "layer_types", None)
    if kinds and any(kind != "sliding_attention" for kind in kinds):
        return None
    return getattr(config, "sliding_window", None)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep libraries from drawing and warning into a chat, and leave their settings as they were."""
    shown, told = logging.is_progress_bar_enabled(), logging.get_verbosity()
    peft = standard_logging.getLogger("peft")
    level = peft.level
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity(standard_logging.CRITICAL)
    peft.setLevel(standard_logging.CRITICAL)
    try:
        yield
    finally:
        peft.setLevel(level)
        logging.set_verbosity(told)
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _shape(size: Any) -> str:
    return "×".join(map(str, size)) or "none"


def _first(error: BaseException) -> str:
    """Return what is wrong as one line: libraries go on about it for many."""
    lines = [line.strip().rstrip(":") for line in str(error).strip().splitlines() if line.strip()]
    line = f"{type(error).__name__}: {lines[0]}" if lines else f"{type(error).__name__}."
    line = line if len(line) <= LONGEST else f"{line[:LONGEST]} ..."
    return line if line.endswith((".", "!", "?")) else f"{line}."
